import { problem } from '@citadel/contracts';
import type { Clearance } from '@citadel/protocol';

import type { LockedRow, Queries } from '../documents/document-rows.js';
import { type DocumentFormat, Prisma, type PrismaClient } from '../generated/prisma/client.js';

export interface NewVersion {
  readonly documentId: string;
  readonly title: string;
  readonly format: DocumentFormat;
  readonly body: string;
  readonly tags: readonly string[];
  readonly clearance: Clearance;
  readonly authorId: string;
}

/** What an owner may store, all versions and deleted documents included; the database keeps to it. */
export const ALLOWED_BYTES = 64 * 1024 * 1024;

/** Writes the next version; the database sets its number, digest and time, and a trigger updates the document. */
export async function addVersion(queries: Queries, version: NewVersion): Promise<void> {
  const { documentId, title, format, body, tags, clearance, authorId } = version;
  await queries.$executeRaw(Prisma.sql`
    INSERT INTO document_versions (document_id, title, format, body, tags, clearance, author_id)
    VALUES (${documentId}::uuid, ${title}, ${format}::document_format, ${body}, ${tags}::text[],
      ${clearance}::clearance, ${authorId}::uuid)`);
}

/** Writes the newest version once more, with another clearance. */
export async function repeatVersion(
  queries: Queries,
  { id, version }: LockedRow,
  clearance: Clearance,
  authorId: string,
): Promise<void> {
  await queries.$executeRaw(Prisma.sql`
    INSERT INTO document_versions (document_id, title, format, body, tags, clearance, author_id)
    SELECT document_id, title, format, body, tags, ${clearance}::clearance, ${authorId}::uuid
    FROM document_versions WHERE document_id = ${id}::uuid AND number = ${version}`);
}

type Transaction = Parameters<Parameters<PrismaClient['$transaction']>[0]>[0];

/**
 * Runs a transaction that may store something.
 *
 * @throws Problem `storage-exhausted` if the owner would then store more than 64 MiB, all versions together
 */
export async function writing<T>(prisma: PrismaClient, work: (transaction: Transaction) => Promise<T>): Promise<T> {
  return prisma.$transaction(work).catch((cause: unknown) => {
    if (cause instanceof Error && cause.message.includes(ALLOWANCE)) {
      throw problem('storage-exhausted', {
        detail: '64 MiB at most, all versions and deleted documents included',
        cause,
      });
    }
    throw cause;
  });
}

/** What the trigger `count_stored_bytes` says. */
const ALLOWANCE = 'stores more than 64 MiB';
