import { carrierOf } from '@citadel/auth';
import { problem } from '@citadel/contracts';
import { clientOf } from '@citadel/platform';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';

import type { Actor } from './audit-event.js';

/** Who acts, and from where: what every change writes into the audit trail. */
export const CurrentActor = createParamDecorator((_: unknown, context: ExecutionContext): Actor => {
  const { user } = carrierOf(context);
  if (!user) throw problem('unauthenticated');
  return { user, client: clientOf(context) };
});
