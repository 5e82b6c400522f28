import { problem } from '@citadel/contracts';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';

import { carrierOf } from './carrier.js';
import type { Principal } from './principal.js';

/**
 * The principal of this call. On a handler that is `@Public()` there is none, and asking for it is refused with 401.
 *
 * @example find(@CurrentUser() user: Principal) { ... }
 */
export const CurrentUser = createParamDecorator((_: unknown, context: ExecutionContext): Principal => {
  const { user } = carrierOf(context);
  if (!user) throw problem('unauthenticated');
  return user;
});
