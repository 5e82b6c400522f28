import type { Principal } from '@citadel/auth';
import { type archives, problem } from '@citadel/contracts';
import type { MessageOf } from '@citadel/protocol';
import { pageOf } from '@citadel/platform';
import { Injectable, Logger } from '@nestjs/common';

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
/** Documents in one turn of the sweep. */
const AT_MOST = 10_000;
/** Any number that nothing else in this database locks. */
const SWEEP_LOCK = 20_261_201;

/** Deleted documents: hidden at once, restorable for 30 days, then swept away with all of their versions. */
@Injectable()
export class DeletionService {
  private readonly logger = new Logger(DeletionService.name);

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
   * Removes what can no longer be restored, the oldest first, a document in each statement: the largest there can be, with
   * 65,000 versions or grants, takes a quarter of a statement's time. One replica at a time, by a lock of the statement.
   *
   * @returns how many documents went
   */
  async sweep(): Promise<number> {
    let swept = 0;
    while (swept < AT_MOST && (await this.sweepOne())) swept += 1;
    if (swept > 0) this.logger.log(`Swept ${String(swept)} deleted documents away`);
    return swept;
  }

  private async sweepOne(): Promise<boolean> {
    const swept = await this.prisma.$executeRaw(Prisma.sql`
      DELETE FROM documents WHERE id = (
        SELECT id FROM documents
        WHERE deleted_at < now() - make_interval(days => ${RESTORABLE_DAYS})
          AND (SELECT pg_try_advisory_xact_lock(${SWEEP_LOCK}))
        ORDER BY deleted_at LIMIT 1)`);
    return swept > 0;
  }
}

function toDeletedReply({ deletedAt, ...row }: SummaryRow & { readonly deletedAt: Date }) {
  const goneAt = new Date(deletedAt.getTime() + RESTORABLE_DAYS * DAY_MS);
  return { ...toReply(row), deletedAt: deletedAt.toISOString(), goneAt: goneAt.toISOString() };
}
