import { ALL_ROLES, type Role } from '@citadel/contracts';
import type { Clearance } from '@citadel/protocol';
import { databaseConfig, databasePool, readConfig } from '@citadel/platform';
import { PrismaPg } from '@prisma/adapter-pg';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';

import { PrismaClient } from './generated/prisma/client.js';
import { PasswordHasher } from './passwords/password-hasher.js';

const SeedUser = z.object({
  email: z.email().toLowerCase(),
  password: z.string().min(12),
  roles: z.array(z.enum(ALL_ROLES)).min(1),
});

const parseJson = (text: string, context: z.RefinementCtx): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'must be JSON: [{"email","password","roles"}]' });
    return z.NEVER;
  }
};

const config = readConfig(
  z.object({ ...databaseConfig, SEED_USERS: z.string().transform(parseJson).pipe(z.array(SeedUser)) }),
);

/** Clearance that the demo users need for what their roles let them read. */
const CLEARANCES: Partial<Record<Role, Clearance>> = { archivist: 'sealed', auditor: 'secret', sovereign: 'sealed' };

// No request waits behind it, so it outlasts a server that is slow to answer while everything starts at once.
const pool = { ...databasePool(config, 'seed'), max: 1, connectionTimeoutMillis: 30_000 };
const prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
const hasher = new PasswordHasher();

/** Makes a user who is not there yet. One who is stays as they are: roles and password may have been changed since. */
async function seed({ email, password, roles }: z.output<typeof SeedUser>): Promise<boolean> {
  if ((await prisma.user.count({ where: { email } })) > 0) return false;
  const clearance: Clearance = roles.map((role) => CLEARANCES[role]).find((one) => one !== undefined) ?? 'restricted';
  const passwordHash = await hasher.hash(password);
  const data = { id: randomUUID(), email, passwordHash, clearance, roles: { create: roles.map((role) => ({ role })) } };
  await prisma.user.create({ data });
  return true;
}

try {
  let made = 0;
  for (const user of config.SEED_USERS) made += (await seed(user)) ? 1 : 0;
  process.stdout.write(
    `Seeded ${String(made)} of ${String(config.SEED_USERS.length)} users; the others were there and stay as they are.\n`,
  );
} finally {
  await prisma.$disconnect();
}
