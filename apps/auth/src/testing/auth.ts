import { randomBytes, randomUUID } from 'node:crypto';
import { KeyRing, RevocationList, TokenVerifier } from '@citadel/auth';
import { auth } from '@citadel/contracts';
import { migratedDatabase } from '@citadel/database/testing';
import { type Client, NatsLink, PlatformModule } from '@citadel/platform';
import { scratchNats } from '@citadel/stack/testing';
import { Logger, type Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { z } from 'zod';
import until from 'p-wait-for';

import { authConfig, type AuthConfig } from '../auth.config.js';
import { AuthServiceModule } from '../auth-service.module.js';
import { ScheduledTasks } from '../scheduled-tasks/scheduled-tasks.js';
import { PrismaClient } from '../generated/prisma/client.js';
import { PasswordHasher } from '../passwords/password-hasher.js';
import { RevocationsService } from '../revocations/revocations.service.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { SigningKeysService } from '../signing-keys/signing-keys.service.js';

export const PASSWORD = 'a long enough passphrase';

/** Where the calls of a test come from, unless it says otherwise. */
export const client: Client = { address: '192.0.2.1', userAgent: 'curl/8' };

/** A row of a session that is good for a minute. */
export function sessionOf(userId: string) {
  const until = new Date(Date.now() + 60_000);
  const dates = { authenticatedAt: new Date(), idleUntil: until, expiresAt: until };
  return { id: randomUUID(), userId, clientId: 'test', userAgent: '', address: '', methods: ['pwd'], ...dates };
}

export type AuthSettings = Partial<Omit<AuthConfig, 'DATABASE_URL' | 'DATABASE_CA'>>;

/** The auth service over a PostgreSQL and a NATS of its own, with as many replicas as a test wants. */
export async function authForTest(settings: AuthSettings = {}) {
  Logger.overrideLogger(false);
  const [database, nats] = await Promise.all([migratedDatabase('auth'), scratchNats()]);
  const issuer = 'https://citadel.test';
  const config = {
    ...z.object(authConfig).parse({
      ...database.config,
      AUTH_PUBLISHER_NKEY_SEED: nats.configOf('publisher').NATS_NKEY_SEED,
      AUTH_KEY_SET_PRIVATE_KEY: nats.keySetKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
      AUTH_KEY_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
      AUTH_REFRESH_TOKEN_KEY: randomBytes(32).toString('base64'),
    }),
    ...nats.configOf('auth'),
    CITADEL_ISSUER: issuer,
    LOG_LEVEL: 'fatal' as const,
    CLOCK_TOLERANCE: 5,
    ...settings,
  };
  const replicas: Replica[] = [];
  const start = async (changes: AuthSettings = {}) => {
    const replica = await startReplica({ ...config, ...changes });
    replicas.push(replica);
    return replica;
  };
  const first = await start();
  await ready(first);
  const prisma = first.get(PrismaClient);
  const passwordHash = await first.get(PasswordHasher).hash(PASSWORD);

  return {
    ...first,
    asOwner: (sql: string) => database.asOwner(sql),
    asSuperuser: (sql: string) => database.asSuperuser(sql),
    nats,
    prisma,
    config,
    /** Another process of the same service. What it does by itself in production, a test orders. */
    start,
    /** Somebody who can log in with {@link PASSWORD}. */
    async user(roles: readonly string[] = ['citizen']) {
      const id = randomUUID();
      const data = {
        id,
        email: `${id}@citadel.test`,
        passwordHash,
        roles: { create: roles.map((role) => ({ role })) },
      };
      return prisma.user.create({ data });
    },
    /** Somebody's new session: its tokens, and the principal that its access token proves. */
    async logIn(email: string, from = client) {
      const answer = await first.get(SessionsService).logIn({ email, password: PASSWORD }, from);
      const user = await first.get(TokenVerifier).verify(answer.access_token);
      if (!user) throw new Error('The token of a login is not good');
      return { ...answer, user, actor: { user, client: from } };
    },
    async close() {
      for (const replica of replicas) await replica.close();
      await Promise.all([nats.close(), database.close()]);
    },
  };
}

export type AuthForTest = Awaited<ReturnType<typeof authForTest>>;

export interface Replica {
  get<T>(provider: Type<T>): T;
  /** Whether every service would accept this token: asked of this process's own verifier. */
  accepts(token: string): Promise<boolean>;
  close(): Promise<void>;
}

async function startReplica(config: AuthConfig & Parameters<typeof PlatformModule.forService>[3]): Promise<Replica> {
  const link = new NatsLink('auth', config);
  const module = PlatformModule.forService('auth', auth, link, config, AuthServiceModule.forRoot(config, link));
  const app = await Test.createTestingModule({ imports: [module] })
    .overrideProvider(ScheduledTasks)
    .useValue({})
    .compile();
  await app.init();
  const get = <T>(provider: Type<T>) => app.get(provider, { strict: false });
  return {
    get,
    accepts: async (token) => (await get(TokenVerifier).verify(token)) !== undefined,
    async close() {
      await app.close();
      await get(PrismaClient).$disconnect();
      await link.close();
    },
  };
}

/** Publishes keys and revocations, and waits until this process itself has heard of them. */
export async function ready(replica: Replica): Promise<void> {
  await replica.get(SigningKeysService).maintain();
  await replica.get(RevocationsService).reconcile();
  await until(() => replica.get(SigningKeysService).canSign && replica.get(RevocationList).isReady);
  await until(() => replica.get(KeyRing).isReady);
}
