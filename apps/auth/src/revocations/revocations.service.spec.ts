import { randomUUID } from 'node:crypto';
import { RevocationList } from '@citadel/auth';
import { authOptions, NatsLink } from '@citadel/platform';
import * as fc from 'fast-check';
import until from 'p-wait-for';

import { PublicationService } from '../publication/publication.service.js';
import { type AuthForTest, authForTest, ready, type Replica } from '../testing/auth.js';
import { TokensService } from '../token-endpoints/tokens.service.js';
import { REVOCATION_RETENTION } from './revocation-row.js';
import { RevocationsService } from './revocations.service.js';

type Login = Awaited<ReturnType<AuthForTest['logIn']>>;

let auth: AuthForTest;
let other: Replica;
let warden: Login;
let treasury: Mirror;
beforeAll(async () => {
  auth = await authForTest();
  other = await auth.start();
  await ready(other);
  warden = await auth.logIn((await auth.user(['warden'])).email);
  treasury = mirror();
  await until(() => treasury.list.isReady);
}, 60_000);
afterAll(async () => {
  await treasury?.close();
  await auth?.close();
});

interface Mirror {
  readonly list: RevocationList;
  close(): Promise<void>;
}

/** What another service remembers: connected with its own NKey, reading with its own rights. */
function mirror(): Mirror {
  const link = new NatsLink('treasury', auth.nats.configOf('treasury'));
  const { revocations } = authOptions('treasury', link, auth.config);
  const list = new RevocationList(revocations, { retention: REVOCATION_RETENTION, maximumAge: 30 });
  void list.start();
  return {
    list,
    async close() {
      list.stop();
      await link.close();
    },
  };
}

const tokens = () => auth.get(TokensService);
const reconcile = (replica: Pick<Replica, 'get'> = auth) => replica.get(RevocationsService).reconcile();
async function published(): Promise<ReadonlyMap<string, string>> {
  const entries = new Map<string, string>();
  for await (const page of auth.get(PublicationService).publishedRevocations(100))
    for (const { key, value } of page) entries.set(key, value);
  return entries;
}
const isRefused = ({ user }: Login, at = treasury) => at.list.isRevoked(user);

/** A row as a process leaves it behind that is killed after its commit. */
async function storeOnly(key: string, generation: number | null = null): Promise<void> {
  const expiresAt = new Date(Date.now() + 60_000);
  await auth.prisma.revocation.create({ data: { key, generation, expiresAt } });
}

/** One order of an administrator, about the login at a position. */
const order = fc.record({ kind: fc.constantFrom('token', 'session', 'user', 'everybody', 'log in'), at: fc.nat(5) });

describe('revocations', () => {
  it('each count on their own, in whatever order they come, and a login right after works', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(order, { minLength: 1, maxLength: 12 }), async (orders) => {
        const emails = await Promise.all([auth.user(), auth.user()]);
        const administrator = (await auth.logIn((await auth.user(['warden'])).email)).actor;
        const logins: { login: Login; refused: boolean }[] = [];
        const logIn = async (at: number) =>
          logins.push({ login: await auth.logIn(emails[at % 2]?.email ?? ''), refused: false });
        for (const at of [0, 1, 2]) await logIn(at);

        for (const { kind, at } of orders) {
          if (kind === 'log in') {
            await logIn(at);
            continue;
          }
          const { user } = logins[at % logins.length]?.login ?? warden;
          if (kind === 'token') await tokens().revokeNamed({ jti: user.tokenId }, administrator);
          if (kind === 'session') await tokens().revokeNamed({ sid: user.sessionId }, administrator);
          if (kind === 'user') await tokens().revokeUser(user.id, 'drill', administrator);
          if (kind === 'everybody') await tokens().revokeAll('drill', administrator);
          const concerns = {
            token: (one: Login) => one.user.tokenId === user.tokenId,
            session: (one: Login) => one.user.sessionId === user.sessionId,
            user: (one: Login) => one.user.id === user.id,
            everybody: () => true,
          }[kind];
          for (const one of logins) one.refused ||= concerns(one.login);
        }
        for (const { login, refused } of logins) {
          await until(() => isRefused(login) === refused);
          await until(async () => (await auth.accepts(login.access_token)) !== refused);
        }
      }),
      { numRuns: 12 },
    );
  }, 60_000);

  it('are published by the next turn of any replica when the process that stored them was killed', async () => {
    const [one, two, three] = [await begin(), await begin(), await begin()];
    await storeOnly(`token.${one.user.tokenId}`);
    await storeOnly(`session.${two.user.sessionId ?? ''}`);
    await storeOnly(`subject.${three.user.id}`, 7);
    expect([one, two, three].map((login) => isRefused(login))).toEqual([false, false, false]);
    await reconcile(other);
    await until(() => isRefused(one) && isRefused(two) && isRefused(three));
  });

  it('are published once: a second turn finds nothing to do', async () => {
    const login = await begin();
    await tokens().revokeNamed({ jti: login.user.tokenId }, warden.actor);
    const before = await published();
    const revisions = await revision();
    await Promise.all([reconcile(), reconcile(other)]);
    expect(await published()).toEqual(before);
    expect(await revision()).toBe(revisions);
  });

  it('keep the highest generation of a user when they are concurrent', async () => {
    const login = await begin();
    const { id } = login.user;
    const replicas = [auth, other] as const;
    await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        replicas[i % 2 ? 1 : 0].get(TokensService).revokeUser(id, 'drill', warden.actor),
      ),
    );
    const { generation } = await auth.prisma.user.findUniqueOrThrow({ where: { id } });
    expect(generation).toBe(20);
    const value = auth.get(PublicationService).valueOfRevocation({ kind: 'subject', id, generation: 20 });
    expect((await published()).get(`subject.${id}`)).toBe(value);
    expect((await auth.prisma.revocation.findUniqueOrThrow({ where: { key: `subject.${id}` } })).generation).toBe(20);
  });

  it('are refused for an unknown user, and kept for an unknown token or session', async () => {
    await expect(tokens().revokeUser(randomUUID(), undefined, warden.actor)).rejects.toMatchObject({
      code: 'user-not-found',
    });
    await expect(tokens().revokeNamed({}, warden.actor)).rejects.toMatchObject({ code: 'invalid-request' });
    const [jti, sid] = [randomUUID(), randomUUID()];
    await tokens().revokeNamed({ jti, sid }, warden.actor);
    const keys = [...(await published()).keys()];
    expect(keys).toEqual(expect.arrayContaining([`token.${jti}`, `session.${sid}`]));
  });

  it('are forgotten when no token can be concerned any more, by the database and by the bucket', async () => {
    const login = await begin();
    const key = `token.${login.user.tokenId}`;
    await tokens().revokeNamed({ jti: login.user.tokenId }, warden.actor);
    const { expiresAt } = await auth.prisma.revocation.findUniqueOrThrow({ where: { key } });
    expect(expiresAt.getTime()).toBeGreaterThan(login.user.expiresAt.getTime());
    await auth.prisma.revocation.update({ where: { key }, data: { expiresAt: new Date(0) } });
    await reconcile();
    expect(await auth.prisma.revocation.findUnique({ where: { key } })).toBeNull();
    // Nanoseconds; never less than the longest life of a token that anybody accepts.
    const { config } = await api<{ config: { max_age: number } }>('STREAM.INFO.KV_revocations');
    expect(config.max_age).toBe(REVOCATION_RETENTION * 1_000_000_000);
    expect(REVOCATION_RETENTION).toBeGreaterThanOrEqual(3_600);
  });
});

describe('when NATS fails', () => {
  it('a revocation is stored, reported as pending, and published when NATS is back', async () => {
    const login = await begin();
    await auth.nats.kill();
    const revoked = tokens().revokeNamed({ jti: login.user.tokenId }, warden.actor);
    await expect(revoked).rejects.toMatchObject({ code: 'service-unavailable', status: 503 });
    expect(isRefused(login)).toBe(false);
    await auth.nats.start();
    await until(() => settled(reconcile()));
    await until(() => isRefused(login));
  }, 60_000);

  it('the bucket is refilled after data loss, and not trusted before it is complete', async () => {
    const login = await begin();
    await tokens().revokeNamed({ jti: login.user.tokenId }, warden.actor);
    await until(() => isRefused(login));
    await api('STREAM.DELETE.KV_revocations');

    // A revocation finds no bucket and makes one; what was in the old one is not in it yet.
    const next = await begin();
    await until(() => settled(tokens().revokeNamed({ jti: next.user.tokenId }, warden.actor)));
    expect([...(await published()).keys()]).toEqual([`token.${next.user.tokenId}`]);
    const fresh = mirror();
    await until(() => isRefused(next, fresh));
    expect(isRefused(login, fresh)).toBe(false);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(fresh.list.isReady).toBe(false);

    await reconcile();
    await until(() => fresh.list.isReady);
    expect(isRefused(login, fresh)).toBe(true);
    await fresh.close();

    // Who has followed all along never forgot, and hears of what comes now.
    expect(isRefused(login)).toBe(true);
    const last = await begin();
    await tokens().revokeNamed({ jti: last.user.tokenId }, warden.actor);
    await until(() => isRefused(last));
  }, 60_000);
});

const begin = async () => auth.logIn((await auth.user()).email);
const settled = (work: Promise<unknown>) =>
  work.then(
    () => true,
    () => false,
  );

/** Asks JetStream's own interface, with the rights of the auth service. */
async function api<T>(subject: string): Promise<T> {
  const connection = await auth.nats.connectAs('publisher');
  const answer = await connection.request(`$JS.API.${subject}`);
  await connection.close();
  return answer.json<T>();
}

const revision = async () => (await api<{ state: { last_seq: number } }>('STREAM.INFO.KV_revocations')).state.last_seq;
