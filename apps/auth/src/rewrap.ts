import { databaseConfig, databasePool, readConfig, secretKey } from '@citadel/platform';
import { PrismaPg } from '@prisma/adapter-pg';
import { z } from 'zod';

import { PrismaClient } from './generated/prisma/client.js';
import { rewrapKeys } from './signing-keys/rewrap-keys.js';

/**
 * `npm run keys:rewrap`: seals every signing key again, from AUTH_KEY_ENCRYPTION_KEY_PREVIOUS to AUTH_KEY_ENCRYPTION_KEY.
 * May run beside the service as long as that knows both; running it again changes nothing.
 */
const config = readConfig(
  z.object({ ...databaseConfig, AUTH_KEY_ENCRYPTION_KEY: secretKey, AUTH_KEY_ENCRYPTION_KEY_PREVIOUS: secretKey }),
);
const { AUTH_KEY_ENCRYPTION_KEY: after, AUTH_KEY_ENCRYPTION_KEY_PREVIOUS: before } = config;
const prisma = new PrismaClient({ adapter: new PrismaPg(databasePool(config, 'keys-rewrap')) });

try {
  const { sealed, others } = await rewrapKeys(prisma, before, after);
  process.stdout.write(`Resealed ${String(sealed)} signing keys.\n`);
  if (others > 0) {
    process.stdout.write(
      `${String(others)} are sealed with neither key: give the one they were sealed with as AUTH_KEY_ENCRYPTION_KEY_PREVIOUS and run this again.\n`,
    );
    process.exitCode = 1;
  } else process.stdout.write('Every key is sealed with the new one; AUTH_KEY_ENCRYPTION_KEY_PREVIOUS can go.\n');
} finally {
  await prisma.$disconnect();
}
