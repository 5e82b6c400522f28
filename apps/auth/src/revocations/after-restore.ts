import type { PrismaClient } from '../generated/prisma/client.js';
import { recordEvent } from '../audit/audit-event.js';
import { endOpenSessions } from './end-open-sessions.js';
import { REVOCATION_RETENTION } from './revocation-row.js';

/** More than anything has been counted since the oldest backup; a counter has room for two thousand restores. */
const STEP = 1_000_000;

/**
 * What an older copy of the database makes necessary. It counts from an earlier number, and services would refuse new
 * tokens for as long as they remember the higher one; it has sessions open that were ended since, and knows refresh tokens
 * as unused that were used. So every count is raised above whatever was published, and everybody logs in again.
 *
 * @returns how many sessions were ended
 */
export function afterRestore(prisma: PrismaClient): Promise<number> {
  return prisma.$transaction(async (transaction) => {
    const { generation } = await transaction.realm.update({
      where: { id: 1 },
      data: { generation: { increment: STEP } },
    });
    await transaction.user.updateMany({ data: { generation: { increment: STEP } } });
    const ended = await endOpenSessions(transaction, {}, 'database-restored');
    const row = { generation, expiresAt: new Date(Date.now() + REVOCATION_RETENTION * 1000), publishedIn: null };
    await transaction.revocation.upsert({
      where: { key: 'everybody' },
      create: { key: 'everybody', ...row },
      update: row,
    });
    const detail = { reason: 'The database was restored', sessions: ended };
    await recordEvent(transaction, { type: 'all-tokens-revoked', outcome: 'success', detail });
    return ended;
  });
}
