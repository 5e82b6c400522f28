import { randomUUID } from 'node:crypto';
import { revocationKey } from '@citadel/auth/nats';
import { BUCKETS, createBucket, type KV, NatsLink } from '@citadel/platform';
import until from 'p-wait-for';

import { PublicationService } from '../publication/publication.service.js';
import { type AuthForTest, authForTest, client, PASSWORD } from '../testing/auth.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { TokensService } from '../token-endpoints/tokens.service.js';
import { REVOCATION_RETENTION } from './revocation-row.js';
import { RevocationComparison } from './revocation-comparison.js';
import { RevocationsService } from './revocations.service.js';

type Login = Awaited<ReturnType<AuthForTest['logIn']>>;

let auth: AuthForTest;
let bucket: KV;
let warden: Login;
beforeAll(async () => {
  auth = await authForTest();
  bucket = await createBucket(auth.get(NatsLink), BUCKETS.revocations, REVOCATION_RETENTION);
  warden = await auth.logIn((await auth.user(['warden'])).email);
}, 60_000);
afterAll(() => auth?.close());

const begin = async () => auth.logIn((await auth.user()).email);
const revoke = ({ user }: Login) => auth.get(TokensService).revokeNamed({ jti: user.tokenId }, warden.actor);
const publication = () => auth.get(PublicationService);
const compare = () => auth.get(RevocationComparison).compare();
/** What a process does by itself, one after the other. */
async function heal(): Promise<void> {
  await compare();
  await auth.get(RevocationsService).reconcile();
}
const valueOf = async (key: string) => {
  const entry = await bucket.get(key);
  return entry?.operation === 'PUT' ? entry.string() : undefined;
};

describe('a comparison of the bucket with the database', () => {
  it('removes what this service has not written, and nothing that it has', async () => {
    const login = await begin();
    await revoke(login);
    const key = `token.${login.user.tokenId}`;
    const before = await valueOf(key);
    for (const foreign of [`session.${randomUUID()}`, `subject.${randomUUID()}`, 'everybody', 'nonsense'])
      await bucket.put(foreign, '7');
    await heal();
    for await (const page of publication().publishedRevocations(2))
      for (const { revocation } of page) expect(revocation).toBeDefined();
    expect(await valueOf(key)).toBe(before);
  });

  it('replaces what was written over', async () => {
    const login = await begin();
    await revoke(login);
    const key = `token.${login.user.tokenId}`;
    const before = await valueOf(key);
    await bucket.put(key, 'forged');
    await heal();
    expect(await valueOf(key)).toBe(before);
  });

  it('publishes everything again when the bucket has lost something', async () => {
    const logins = [await begin(), await begin()];
    for (const login of logins) await revoke(login);
    const [lost] = logins.map(({ user }) => `token.${user.tokenId}`);
    await bucket.delete(lost ?? '');
    await heal();
    expect(await valueOf(lost ?? '')).toBeDefined();
  });

  it('raises what is lower in the database, as after a restore, so that a new login is good at once', async () => {
    const login = await begin();
    const { id } = login.user;
    for (const revocation of [
      { kind: 'subject', id, generation: 7 },
      { kind: 'everybody', generation: 5 },
    ] as const)
      await bucket.put(revocationKey(revocation), publication().valueOfRevocation(revocation));
    await until(async () => !(await auth.accepts(login.access_token)));
    const { email } = await auth.prisma.user.findUniqueOrThrow({ where: { id } });
    const locked = await auth.get(SessionsService).logIn({ email, password: PASSWORD }, client);
    expect(await auth.accepts(locked.access_token)).toBe(false);

    await heal();
    const healed = await auth.logIn(email);
    expect(healed.user.generation).toEqual({ all: 5, subject: 7 });
    expect(
      await auth.accepts((await auth.get(SessionsService).refresh(locked.refresh_token, client)).access_token),
    ).toBe(true);
  });

  it('is made once, and again only when the sizes differ by much', async () => {
    const comparison = (await auth.start()).get(RevocationComparison);
    const key = `session.${randomUUID()}`;
    await bucket.put(key, 'foreign');
    await comparison.compareIfDue();
    expect(await valueOf(key)).toBeUndefined();
    await bucket.put(key, 'foreign');
    await comparison.compareIfDue();
    expect(await valueOf(key)).toBe('foreign');
  });
});
