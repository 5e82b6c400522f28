import { EventEmitter, once } from 'node:events';

import type { PrismaClient } from '../generated/prisma/client.js';
import type { Transaction } from '../revocations/revocations.service.js';

/** A transaction that has done its work and commits when the test says so. */
export async function pausedAfter(prisma: PrismaClient, work: (transaction: Transaction) => Promise<unknown>) {
  const turn = new EventEmitter();
  const done = once(turn, 'done');
  const transaction = prisma.$transaction(async (open) => {
    await work(open);
    const allowed = once(turn, 'allowed');
    turn.emit('done');
    await allowed;
  });
  await Promise.race([done, transaction]);
  return {
    async goOn() {
      turn.emit('allowed');
      await transaction;
    },
  };
}

/** How many wait for a lock, of one kind or of any; kinds as in pg_locks, where `transactionid` is that of a row. */
export async function waitingFor(
  prisma: PrismaClient,
  ...kinds: ('advisory' | 'transactionid' | 'tuple' | 'relation')[]
): Promise<number> {
  const waiting = await prisma.$queryRaw<unknown[]>`
    SELECT 1 FROM pg_locks JOIN pg_stat_activity USING (pid)
    WHERE locktype = ANY(${kinds}) AND NOT granted AND datname = current_database()`;
  return waiting.length;
}
