import { databaseConfig, databasePool, readConfig } from '@citadel/platform';
import { PrismaPg } from '@prisma/adapter-pg';
import { z } from 'zod';

import { PrismaClient } from './generated/prisma/client.js';
import { afterRestore } from './revocations/after-restore.js';

/**
 * `npm run db:after-restore`: to be run once, after the auth service's database was restored from a backup and before the
 * service starts. Everybody logs in again.
 */
const config = readConfig(z.object(databaseConfig));
const prisma = new PrismaClient({ adapter: new PrismaPg(databasePool(config, 'after-restore')) });

try {
  const ended = await afterRestore(prisma);
  process.stdout.write(`Ended ${ended} sessions and raised every generation: whoever used Citadel logs in again.\n`);
} finally {
  await prisma.$disconnect();
}
