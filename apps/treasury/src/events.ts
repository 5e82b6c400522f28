import { databaseConfig, databasePool, deadLettersCommand, readConfig } from '@citadel/platform';
import { PrismaPg } from '@prisma/adapter-pg';
import { z } from 'zod';

import { PrismaClient } from './generated/prisma/client.js';

/** `npm run treasury:events`: the events that this service has put aside, and trying them again. */
const config = readConfig(z.object(databaseConfig));
const prisma = new PrismaClient({ adapter: new PrismaPg(databasePool(config, 'treasury-events')) });
try {
  await deadLettersCommand('treasury', prisma, process.argv.slice(2));
} finally {
  await prisma.$disconnect();
}
