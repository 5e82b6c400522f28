import { migratedDatabase } from '@citadel/database/testing';
import { databasePool } from '@citadel/platform/database';
import { PrismaPg } from '@prisma/adapter-pg';

import { DocumentsService } from '../documents/documents.service.js';
import { PrismaClient } from '../generated/prisma/client.js';

/** The service of the archives over a real database of its own. */
export async function archivesForTest() {
  const database = await migratedDatabase('archives');
  const prisma = new PrismaClient({ adapter: new PrismaPg(databasePool(database.config, 'archives-spec')) });
  return {
    prisma,
    documents: new DocumentsService(prisma),
    asOwner: (sql: string) => database.asOwner(sql),
    async close() {
      await prisma.$disconnect();
      await database.close();
    },
  };
}

export type ArchivesForTest = Awaited<ReturnType<typeof archivesForTest>>;
