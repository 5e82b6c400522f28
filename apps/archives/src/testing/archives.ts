import { testPrincipal } from '@citadel/auth/testing';
import { permissionsOf, problem, type Role } from '@citadel/contracts';
import { migratedDatabase } from '@citadel/database/testing';
import { databasePool } from '@citadel/platform/database';
import type { Clearance } from '@citadel/protocol';
import { PrismaPg } from '@prisma/adapter-pg';

import { ClearanceService } from '../clearance/clearance.service.js';
import { DeletionService } from '../deletion/deletion.service.js';
import { DocumentsService } from '../documents/documents.service.js';
import { PrismaClient } from '../generated/prisma/client.js';
import { GrantsService } from '../grants/grants.service.js';
import { SearchService } from '../search/search.service.js';
import type { TreasuryClient } from '../treasury-client.js';
import { VersionsService } from '../versions/versions.service.js';

/** No transfer can be seen. */
const withoutTreasury = {
  findTransfer: () => Promise.reject(problem('transfer-not-found')),
} as unknown as TreasuryClient;

/** The services of the archives over a real database of their own. */
export async function archivesForTest(treasury = withoutTreasury) {
  const database = await migratedDatabase('archives');
  const prisma = new PrismaClient({
    adapter: new PrismaPg(databasePool(database.config, 'archives-spec')),
    transactionOptions: { maxWait: 30_000, timeout: 60_000 },
  });
  const asOwner = (sql: string) => database.asOwner(sql);
  return {
    prisma,
    documents: new DocumentsService(prisma, treasury),
    clearance: new ClearanceService(prisma),
    deletion: new DeletionService(prisma),
    grants: new GrantsService(prisma),
    search: new SearchService(prisma),
    versions: new VersionsService(prisma),
    asOwner,
    /** As if it had been deleted so many days ago. */
    deletedDaysAgo: (id: string, days: number) =>
      asOwner(`UPDATE documents SET deleted_at = now() - INTERVAL '${String(days)} days' WHERE id = '${id}'`),
    /** Removes every document, as if all had been deleted long ago. */
    empty: () => asOwner("UPDATE documents SET deleted_at = '2000-01-01'; DELETE FROM documents"),
    async close() {
      await prisma.$disconnect();
      await database.close();
    },
  };
}

export type ArchivesForTest = Awaited<ReturnType<typeof archivesForTest>>;

export const somebody = (role: Role, clearance: Clearance) =>
  testPrincipal({ roles: [role], permissions: permissionsOf([role]), clearance });

/** What is filed where it does not matter what. */
export const paper = (clearance: Clearance) => ({ ...content(), clearance });

export const content = (body = 'We the people') => ({ title: 'Charter', body, format: 'text' as const, tags: ['law'] });

/** The code of the problem that something was refused with, or `done`. */
export const codeOf = (attempt: Promise<unknown>): Promise<unknown> =>
  attempt.then(
    () => 'done',
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
  );
