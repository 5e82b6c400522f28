import type { Revocation } from '@citadel/auth';

import { type AuditEvent, rowOf } from '../audit/audit-event.js';
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
): Promise<readonly Revocation[]> {
  const { generation } = await transaction.user.update({
    where: { id: userId },
    data: { generation: { increment: 1 } },
  });
  await transaction.session.updateMany({ where: { userId, endedAt: null }, data: { endedAt: new Date(), endReason } });
  await transaction.event.create({ data: rowOf(event) });
  return [{ kind: 'subject', id: userId, generation }];
}

/** Ends one session, and tells of it if it was still open: of several that end it at once, one is told of. */
export async function endOpenSession(
  transaction: Transaction,
  id: string,
  endReason: string,
  event: AuditEvent,
): Promise<readonly Revocation[]> {
  const ended = await transaction.session.updateMany({
    where: { id, endedAt: null },
    data: { endedAt: new Date(), endReason },
  });
  if (ended.count > 0) await transaction.event.create({ data: rowOf(event) });
  return [{ kind: 'session', id }];
}
