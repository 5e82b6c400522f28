import type { Prisma } from '../generated/prisma/client.js';
import type { Transaction } from './revocations.service.js';

/**
 * Ends those of the sessions that are open still. Their tokens are refused by what is revoked in the same transaction.
 *
 * @returns how many there were
 */
export async function endOpenSessions(
  transaction: Transaction,
  which: Prisma.SessionWhereInput,
  endReason: string,
): Promise<number> {
  const data = { endedAt: new Date(), endReason };
  return (await transaction.session.updateMany({ where: { ...which, endedAt: null }, data })).count;
}
