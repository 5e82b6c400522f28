import { event, events, Id } from '@citadel/protocol';
import { z } from 'zod';

/** Events of the audit trail that other services act on: published as they stand there. */
export const authEvents = events('auth', {
  userDeleted: event({
    summary: 'A user was deleted, and who takes over what they owned, if anybody does',
    payload: { subject: Id, actor: Id, detail: z.object({ successor: Id.nullable() }) },
  }),
});
