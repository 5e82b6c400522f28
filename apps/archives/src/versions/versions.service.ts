import type { Principal } from '@citadel/auth';
import { type archives, problem } from '@citadel/contracts';
import type { Clearance, MessageOf, ReplyOf } from '@citadel/protocol';
import { Injectable } from '@nestjs/common';

import { isOpenTo, levelsOf } from '../documents/document-policy.js';
import { type DocumentFormat, Prisma, PrismaClient } from '../generated/prisma/client.js';

interface VersionRow {
  readonly number: number;
  readonly title: string;
  readonly format: DocumentFormat;
  readonly tags: string[];
  readonly clearance: Clearance;
  readonly sha256: string;
  readonly authorId: string;
  readonly createdAt: Date;
}

const FIELDS = Prisma.sql`v.number, v.title, v.format, v.tags, v.clearance, encode(v.sha256, 'hex') AS sha256,
  v.author_id AS "authorId", v.created_at AS "createdAt"`;

/** The versions of a document, for users who may read it now. */
@Injectable()
export class VersionsService {
  constructor(private readonly prisma: PrismaClient) {}

  async list(
    { id, limit, cursor }: MessageOf<typeof archives.listVersions>,
    user: Principal,
  ): Promise<ReplyOf<typeof archives.listVersions>> {
    const older = cursor === undefined ? Prisma.empty : Prisma.sql`AND v.number < ${Number(cursor)}`;
    const rows = await this.prisma.$queryRaw<VersionRow[]>(Prisma.sql`
      SELECT ${FIELDS} FROM document_versions v
      WHERE ${isShownTo(user, id)} ${older} ORDER BY v.number DESC LIMIT ${limit + 1}`);
    // The newest is always shown with its document.
    if (rows.length === 0) await this.requireDocument(id, user);
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    return { items: items.map(toReply), nextCursor: rows.length > limit && last ? String(last.number) : null };
  }

  async read(
    { id, number }: MessageOf<typeof archives.readVersion>,
    user: Principal,
  ): Promise<ReplyOf<typeof archives.readVersion>> {
    const [row] = await this.prisma.$queryRaw<(VersionRow & { readonly body: string })[]>(Prisma.sql`
      SELECT ${FIELDS}, v.body FROM document_versions v WHERE ${isShownTo(user, id)} AND v.number = ${number}`);
    if (row) return toReply(row);
    await this.requireDocument(id, user);
    throw problem('document-version-not-found');
  }

  private async requireDocument(id: string, user: Principal): Promise<void> {
    const [document] = await this.prisma.$queryRaw<unknown[]>(
      Prisma.sql`SELECT 1 FROM documents d WHERE d.id = ${id}::uuid AND ${isOpenTo(user, 'read')}`,
    );
    if (!document) throw problem('document-not-found');
  }
}

/**
 * The versions of a document that its reader may see. A document whose clearance was raised was as secret before, only not
 * marked so: a reader sees no version up to the last one that they are not cleared for.
 */
function isShownTo(user: Principal, documentId: string): Prisma.Sql {
  return Prisma.sql`v.document_id = ${documentId}::uuid
    AND EXISTS (SELECT FROM documents d WHERE d.id = v.document_id AND ${isOpenTo(user, 'read')})
    AND NOT EXISTS (SELECT FROM document_versions later WHERE later.document_id = v.document_id
      AND later.number >= v.number AND later.clearance <> ALL(${levelsOf(user)}::clearance[]))`;
}

const toReply = <T extends VersionRow>(row: T) => ({ ...row, createdAt: row.createdAt.toISOString() });
