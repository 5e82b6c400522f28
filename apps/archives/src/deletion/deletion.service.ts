import type { Principal } from '@citadel/auth';
import { type archives, problem } from '@citadel/contracts';
import type { MessageOf } from '@citadel/protocol';
import { pageOf } from '@citadel/platform';
import { Injectable } from '@nestjs/common';

import { isRestorableBy, RESTORABLE_DAYS } from '../documents/document-policy.js';
import {
  findDocument,
  lockDocument,
  requireVersion,
  SUMMARY,
  type SummaryRow,
  toReply,
} from '../documents/document-rows.js';
import { Prisma, PrismaClient } from '../generated/prisma/client.js';

const DAY_MS = 86_400_000;
/** Documents in one statement: the largest there can be, ten of them, take well less than its time. */
const BATCH = 10;
/** Batches in one turn of the sweep. */
const BATCHES = 100;
/** Any number that nothing else in this database locks. */
const SWEEP_LOCK = 20_261_201;

/** Deleted documents: hidden at once, restorable for 30 days, then swept away with all of their versions. */
@Injectable()
export class DeletionService {
  constructor(private readonly prisma: PrismaClient) {}

  async delete({ id, version }: MessageOf<typeof archives.deleteDocument>, user: Principal): Promise<null> {
    await this.prisma.$transaction(async (transaction) => {
      requireVersion(await lockDocument(transaction, id, 'own', user), version);
      await transaction.$executeRaw(Prisma.sql`UPDATE documents SET deleted_at = now() WHERE id = ${id}::uuid`);
    });
    return null;
  }

  async list({ limit, cursor }: MessageOf<typeof archives.listDeletedDocuments>, user: Principal) {
    const older = cursor === undefined ? Prisma.empty : Prisma.sql`AND d.id < ${cursor}::uuid`;
    const rows = await this.prisma.$queryRaw<(SummaryRow & { readonly deletedAt: Date })[]>(Prisma.sql`
      SELECT ${SUMMARY}, d.deleted_at AS "deletedAt" FROM documents d
      WHERE ${isRestorableBy(user)} ${older} ORDER BY d.id DESC LIMIT ${limit + 1}`);
    return pageOf(rows.map(toDeletedReply), limit);
  }

  async restore(id: string, user: Principal) {
    const restored = await this.prisma.$executeRaw(Prisma.sql`
      UPDATE documents d SET deleted_at = NULL WHERE d.id = ${id}::uuid AND ${isRestorableBy(user)}`);
    if (restored === 0) throw problem('document-not-found');
    return toReply(await findDocument(this.prisma, id, user));
  }

  /**
   * Removes what can no longer be restored, the oldest first. One replica at a time, and each batch in a transaction of
   * its own: the rows of several owners' holdings are locked in one order alone.
   *
   * @returns how many documents went
   */
  async sweep(): Promise<number> {
    let swept = 0;
    for (let batch = 0; batch < BATCHES; batch += 1) {
      const last = await this.sweepBatch();
      swept += last;
      if (last < BATCH) break;
    }
    return swept;
  }

  private sweepBatch(): Promise<number> {
    return this.prisma.$executeRaw(Prisma.sql`
      DELETE FROM documents WHERE id IN (
        SELECT id FROM documents
        WHERE deleted_at < now() - make_interval(days => ${RESTORABLE_DAYS})
          AND (SELECT pg_try_advisory_xact_lock(${SWEEP_LOCK}))
        ORDER BY deleted_at LIMIT ${BATCH})`);
  }
}

function toDeletedReply({ deletedAt, ...row }: SummaryRow & { readonly deletedAt: Date }) {
  const goneAt = new Date(deletedAt.getTime() + RESTORABLE_DAYS * DAY_MS);
  return { ...toReply(row), deletedAt: deletedAt.toISOString(), goneAt: goneAt.toISOString() };
}
