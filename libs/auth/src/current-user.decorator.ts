import { problem } from '@citadel/protocol';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';

import { isPublic, rulesOf } from './access/access-rule.js';
import { carrierOf } from './carrier.js';
import type { Principal } from './principal.js';

/**
 * The principal of this call. On a handler that is `@Public()` there is none, and asking for it is refused with 401.
 *
 * @example find(@CurrentUser() user: Principal) { ... }
 */
export const CurrentUser = createParamDecorator((_: unknown, context: ExecutionContext) => principalOf(context));

/** The same for an interceptor. @throws Problem `unauthenticated` on a handler that is `@Public()` */
export function principalOf(context: ExecutionContext): Principal {
  const { user } = carrierOf(context);
  // A socket may have shown a token to another handler; nobody has looked at it for this one.
  if (!user || isPublic(rulesOf(context.getHandler(), context.getClass()))) throw problem('unauthenticated');
  return user;
}
