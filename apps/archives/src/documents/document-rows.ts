import type { Principal } from '@citadel/auth';
import { problem } from '@citadel/contracts';
import type { Clearance } from '@citadel/protocol';

import { type DocumentFormat, Prisma, type PrismaClient } from '../generated/prisma/client.js';
import { type Access, isOpenTo } from './document-policy.js';

export type Queries = Pick<PrismaClient, '$queryRaw' | '$executeRaw'>;

export interface SummaryRow {
  readonly id: string;
  readonly ownerId: string;
  readonly title: string;
  readonly tags: string[];
  readonly clearance: Clearance;
  readonly version: number;
  readonly transferId: string | null;
  readonly createdAt: Date;
  readonly changedAt: Date;
}

export interface DocumentRow extends SummaryRow {
  readonly format: DocumentFormat;
  readonly body: string;
  readonly sha256: string;
  readonly authorId: string;
}

/** What a list says of `documents d`. */
export const SUMMARY = Prisma.sql`d.id, d.owner_id AS "ownerId", d.title, d.tags, d.clearance, d.version,
  d.transfer_id AS "transferId", d.created_at AS "createdAt", d.changed_at AS "changedAt"`;

/** A document with the text of its newest version. What the user may not read is not found. */
export async function findDocument(queries: Queries, id: string, user: Principal): Promise<DocumentRow> {
  const [row] = await queries.$queryRaw<DocumentRow[]>(Prisma.sql`
    SELECT ${SUMMARY}, v.format, v.body, encode(v.sha256, 'hex') AS sha256, v.author_id AS "authorId"
    FROM documents d JOIN document_versions v ON v.document_id = d.id AND v.number = d.version
    WHERE d.id = ${id}::uuid AND ${isOpenTo(user, 'read')}`);
  if (!row) throw problem('document-not-found');
  return row;
}

/**
 * Locks a document until the transaction ends, if the user has that access to it.
 *
 * @throws Problem `document-not-found` if the user may not read it, `document-read-only` or `document-not-yours` if they may
 */
export async function lockDocument(queries: Queries, id: string, access: Access, user: Principal): Promise<LockedRow> {
  const [row] = await queries.$queryRaw<(LockedRow & { readonly isAllowed: boolean })[]>(Prisma.sql`
    SELECT d.id, d.version, d.clearance, ${isOpenTo(user, access)} AS "isAllowed"
    FROM documents d WHERE d.id = ${id}::uuid AND ${isOpenTo(user, 'read')} FOR UPDATE OF d`);
  if (!row) throw problem('document-not-found');
  if (!row.isAllowed) throw problem(access === 'own' ? 'document-not-yours' : 'document-read-only');
  return row;
}

export type LockedRow = Pick<SummaryRow, 'id' | 'version' | 'clearance'>;

/** @throws Problem `version-conflict` if the change was meant for another version; `undefined` is any */
export function requireVersion({ version }: LockedRow, expected: number | undefined): void {
  if (expected !== undefined && expected !== version) {
    throw problem('version-conflict', { detail: `The newest version is ${version}` });
  }
}

/** Row to reply: dates as text. */
export function toReply<T extends SummaryRow>(row: T) {
  return { ...row, createdAt: row.createdAt.toISOString(), changedAt: row.changedAt.toISOString() };
}
