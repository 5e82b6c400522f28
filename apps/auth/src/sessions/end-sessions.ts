import { type AuditEvent, recordEvent } from '../audit/audit-event.js';
import { endOpenSessions } from '../revocations/end-open-sessions.js';
import { lockUser, type Order } from '../revocations/owned-revocations.js';
import type { Transaction } from '../revocations/revocations.service.js';

/**
 * Ends every session of a user and makes all of their tokens so far too old. The user's row is locked by the count, so a
 * login at the same moment is either before it, and ended, or after it, and good.
 */
export async function endSessions(
  transaction: Transaction,
  userId: string,
  endReason: string,
  event: AuditEvent,
): Promise<readonly Order[]> {
  const { generation } = await transaction.user.update({
    where: { id: userId },
    data: { generation: { increment: 1 } },
  });
  await endOpenSessions(transaction, { userId }, endReason);
  await recordEvent(transaction, event);
  return [{ kind: 'subject', id: userId, generation }];
}

/** Ends one session, and records it if it was still open: of several that end it at once, one is recorded. */
export async function endSession(
  transaction: Transaction,
  { id, userId }: { readonly id: string; readonly userId: string },
  endReason: string,
  event?: AuditEvent,
): Promise<readonly Order[]> {
  await lockUser(transaction, userId);
  const ended = await endOpenSessions(transaction, { id }, endReason);
  if (event && ended > 0) await recordEvent(transaction, event);
  return [{ kind: 'session', id, owner: userId }];
}
