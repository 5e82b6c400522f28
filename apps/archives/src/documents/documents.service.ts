import type { Principal } from '@citadel/auth';
import type { archives } from '@citadel/contracts';
import type { MessageOf } from '@citadel/protocol';
import { pageOf } from '@citadel/platform';
import { Injectable } from '@nestjs/common';

import { Prisma, PrismaClient } from '../generated/prisma/client.js';
import { TreasuryClient } from '../treasury-client.js';
import { addVersion, writing } from '../versions/add-version.js';
import { beyondClearance, mayFile, waysTo } from './document-policy.js';
import { findDocument, lockDocument, requireVersion, SUMMARY, type SummaryRow, toReply } from './document-rows.js';

@Injectable()
export class DocumentsService {
  constructor(
    private readonly prisma: PrismaClient,
    private readonly treasury: TreasuryClient,
  ) {}

  /** Whoever may not see a transfer may not file anything with it: the treasury decides, by their own token. */
  async file({ clearance, transferId, ...content }: MessageOf<typeof archives.fileDocument>, user: Principal) {
    if (!mayFile(clearance, user)) throw beyondClearance(user);
    if (transferId !== undefined) await this.treasury.findTransfer({ id: transferId });
    return writing(this.prisma, async (transaction) => {
      const data = { ownerId: user.id, transferId: transferId ?? null };
      const { id } = await transaction.document.create({ data, select: { id: true } });
      await addVersion(transaction, { ...content, clearance, documentId: id, authorId: user.id });
      return toReply(await findDocument(transaction, id, user));
    });
  }

  async list({ limit, cursor }: MessageOf<typeof archives.listDocuments>, user: Principal) {
    const rows = await this.prisma.$queryRaw<SummaryRow[]>(newestDocuments(limit + 1, cursor, user));
    return pageOf(rows.map(toReply), limit);
  }

  async read(id: string, user: Principal) {
    return toReply(await findDocument(this.prisma, id, user));
  }

  async change({ id, version, ...content }: MessageOf<typeof archives.changeDocument>, user: Principal) {
    return writing(this.prisma, async (transaction) => {
      const document = await lockDocument(transaction, id, 'write', user);
      requireVersion(document, version);
      const { clearance } = document;
      await addVersion(transaction, { ...content, clearance, documentId: id, authorId: user.id });
      return toReply(await findDocument(transaction, id, user));
    });
  }
}

/** Each way to a document has an index that holds its newest in order; the newest of all of them are among those. */
export function newestDocuments(atMost: number, cursor: string | undefined, user: Principal): Prisma.Sql {
  const older = cursor === undefined ? Prisma.empty : Prisma.sql`AND d.id < ${cursor}::uuid`;
  const newest = waysTo('read', user).map(
    (way) => Prisma.sql`(SELECT d.id FROM documents d WHERE ${way} ${older} ORDER BY d.id DESC LIMIT ${atMost})`,
  );
  return Prisma.sql`SELECT ${SUMMARY} FROM documents d
    WHERE d.id IN (SELECT id FROM (${Prisma.join(newest, ' UNION ')}) AS newest ORDER BY id DESC LIMIT ${atMost})
    ORDER BY d.id DESC`;
}
