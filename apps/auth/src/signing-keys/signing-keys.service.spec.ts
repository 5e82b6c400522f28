import { randomBytes } from 'node:crypto';
import { KeyRing, MAXIMUM_KEYS } from '@citadel/auth';
import { auth as contract } from '@citadel/contracts';
import { decodeProtectedHeader } from 'jose';
import { z } from 'zod';
import until from 'p-wait-for';

import { type AuthForTest, authForTest, type AuthSettings, ready, type Replica } from '../testing/auth.js';
import { authConfig } from '../auth.config.js';
import { AccessTokensService } from '../access-tokens/access-tokens.service.js';
import { rewrapKeys } from './rewrap-keys.js';
import { Signer } from './signer.js';
import { SigningKeysService } from './signing-keys.service.js';

const HOUR = 3_600;
const DAY = 24 * HOUR;

let auth: AuthForTest;
let other: Replica;
let warden: Awaited<ReturnType<AuthForTest['logIn']>>;
beforeAll(async () => {
  auth = await authForTest({ SIGNING_KEY_LEAD: 2 });
  other = await auth.start();
  await ready(other);
  warden = await auth.logIn((await auth.user(['warden'])).email);
}, 60_000);
afterAll(() => auth?.close());

/** A new token, signed by whichever key has its turn. */
async function tokenFrom(replica: Pick<Replica, 'get'> = auth): Promise<{ token: string; kid: string }> {
  const issued = await replica.get(AccessTokensService).issueFor(warden.user.sessionId ?? '');
  if (!issued) throw new Error('The session of the test is over');
  return { token: issued.token, kid: decodeProtectedHeader(issued.token).kid ?? '' };
}

const keysOf = (replica: Pick<Replica, 'get'> = auth) => replica.get(SigningKeysService);
const states = async () =>
  Object.fromEntries((await keysOf().list()).items.map(({ kid, state }) => [kid, state] as const));
const published = async () => (await keysOf().publicKeys()).map(({ kid }) => kid);

/** Lets time pass for the keys, and both replicas do what they do every few seconds. */
async function pass(seconds: number): Promise<void> {
  await auth.prisma.$executeRaw`
    UPDATE signing_keys SET signs_from = signs_from - make_interval(secs => ${seconds}),
      signs_until = signs_until - make_interval(secs => ${seconds}), gone_at = gone_at - make_interval(secs => ${seconds})`;
  await Promise.all([keysOf().maintain(), keysOf(other).maintain()]);
}

/** Takes every key away and lets the replicas begin again. */
async function beginAnew(): Promise<string> {
  await auth.prisma.signingKey.deleteMany();
  await pass(0);
  await until(() => keysOf().canSign && keysOf(other).canSign);
  return (await tokenFrom()).kid;
}

/** A replica whose mirror has not caught up after an outage decides nothing yet: it answers 503. */
const decides = (replica: Pick<Replica, 'accepts'>, token: string, isGood: boolean) =>
  replica.accepts(token).then(
    (accepts) => accepts === isGood,
    () => false,
  );
const everywhere = async (token: string, isGood: boolean) =>
  until(async () => (await decides(auth, token, isGood)) && (await decides(other, token, isGood)));

describe('the signing keys', () => {
  it('are made once, however many replicas find that one is due', async () => {
    await auth.prisma.signingKey.deleteMany();
    await Promise.all(Array.from({ length: 12 }, (_, i) => keysOf(i % 2 ? other : auth).maintain()));
    expect(Object.values(await states())).toEqual(['signing']);
  });

  it('go from upcoming to signing to retired to gone, and no good token is refused on the way', async () => {
    const first = await beginAnew();
    const old = await tokenFrom();
    await pass(29 * DAY - HOUR);
    expect(await states()).toEqual({ [first]: 'signing' });

    await pass(2 * HOUR);
    const upcoming = (await published()).find((kid) => kid !== first) ?? '';
    expect(await states()).toEqual({ [first]: 'signing', [upcoming]: 'upcoming' });
    // Everybody knows it a day before it signs; until then it signs nothing.
    await until(() => other.get(KeyRing).find(upcoming) !== undefined);
    expect((await tokenFrom()).kid).toBe(first);

    await pass(DAY - HOUR + 60);
    expect(await states()).toEqual({ [first]: 'retired', [upcoming]: 'signing' });
    for (const replica of [auth, other]) expect((await tokenFrom(replica)).kid).toBe(upcoming);
    await everywhere(old.token, true);

    // The last token of the first key has expired: nothing of it is trusted any more.
    await pass(HOUR);
    expect(await states()).toEqual({ [first]: 'gone', [upcoming]: 'signing' });
    expect(await published()).toEqual([upcoming]);
    await everywhere(old.token, false);
    await everywhere((await tokenFrom(other)).token, true);
  });

  it('are forgotten when they have been gone for a whole turn', async () => {
    const first = await beginAnew();
    await pass(62 * DAY);
    expect(Object.keys(await states())).not.toContain(first);
  });

  it('rotate on request: every token stays valid, and the new key signs soon', async () => {
    const first = await beginAnew();
    const rotated = await keysOf().rotate(warden.actor);
    expect(rotated.state).toBe('upcoming');
    const tokens: string[] = [];
    for (let kid = first; kid !== rotated.kid;) {
      const replica = tokens.length % 2 ? other : auth;
      const issued = await tokenFrom(replica);
      expect(await auth.accepts(issued.token)).toBe(true);
      expect(await other.accepts(issued.token)).toBe(true);
      ({ kid } = issued);
      tokens.push(issued.token);
      if (tokens.length % 20 === 0) await pass(0);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(await states()).toEqual({ [first]: 'retired', [rotated.kid]: 'signing' });
    for (const token of tokens) expect(await other.accepts(token)).toBe(true);
  }, 20_000);

  it('leave exactly one key that signs after concurrent rotations, and when one that waits is overtaken', async () => {
    await beginAnew();
    await pass(29 * DAY + HOUR);
    const orders = await Promise.allSettled([keysOf().rotate(warden.actor), keysOf(other).rotate(warden.actor)]);
    expect(orders.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const reason: unknown = expect.objectContaining({ code: 'rotation-too-soon', status: 429 });
    expect(orders).toContainEqual(expect.objectContaining({ reason }));
    await pass(3);
    expect(Object.values(await states()).filter((state) => state === 'signing')).toHaveLength(1);
    await everywhere((await tokenFrom()).token, true);
  });

  it('are not rotated again before the last rotation has taken effect, and dropped all the same', async () => {
    const first = await beginAnew();
    await keysOf().rotate(warden.actor);
    await expect(keysOf().rotate(warden.actor)).rejects.toMatchObject({
      code: 'rotation-too-soon',
      status: 429,
      details: { retryAfter: expect.any(Number) },
    });
    await keysOf().compromise(first, 'drill', warden.actor);
    expect(await published()).not.toContain(first);
  });

  it('sign after an ordered rotation when the key set of before is in no cache any more', async () => {
    const [first, cacheSeconds] = [await beginAnew(), contract.jwks.cacheSeconds ?? Infinity];
    const { SIGNING_KEY_LEAD } = z.object(authConfig).pick({ SIGNING_KEY_LEAD: true }).parse({});
    expect(SIGNING_KEY_LEAD).toBeGreaterThan(cacheSeconds);
    const usual = await auth.start({ SIGNING_KEY_LEAD });
    await ready(usual);
    const { kid, signsFrom } = await keysOf(usual).rotate(warden.actor);
    expect(Date.parse(signsFrom) - Date.now()).toBeGreaterThan(cacheSeconds * 1000);
    expect(await published()).toEqual(expect.arrayContaining([first, kid]));
    expect((await tokenFrom(usual)).kid).toBe(first);
  });

  it('are published, and a removal gets through, though more are stored than readers take', async () => {
    const first = await beginAnew();
    const [signsFrom, signsUntil] = [new Date(Date.now() - 2 * HOUR * 1000), new Date(Date.now() - 1000)];
    const rows = await Promise.all(Array.from({ length: MAXIMUM_KEYS + 8 }, () => auth.get(Signer).newKey()));
    const goneAt = new Date(Date.now() + HOUR * 1000);
    await auth.prisma.signingKey.createMany({ data: rows.map((row) => ({ ...row, signsFrom, signsUntil, goneAt })) });
    const fresh = await auth.start();
    await ready(fresh);
    expect(await published()).toHaveLength(MAXIMUM_KEYS);
    await expect(keysOf(fresh).rotate(warden.actor)).rejects.toMatchObject({ code: 'rotation-too-soon' });
    const old = await tokenFrom(fresh);
    await keysOf(fresh).compromise(first, 'drill', warden.actor);
    await everywhere(old.token, false);
    await everywhere((await tokenFrom(fresh)).token, true);
  });

  it('are dropped everywhere though another row cannot be unsealed, or holds no key', async () => {
    const first = await beginAnew();
    const old = await tokenFrom();
    const [signsFrom, signsUntil, goneAt] = [-HOUR, -60, HOUR].map((at) => new Date(Date.now() + at * 1000));
    if (!signsFrom || !signsUntil || !goneAt) throw new Error('Three dates are made above');
    const dates = { signsFrom, signsUntil, goneAt };
    const [foreign, spoiled, empty] = await Promise.all(Array.from({ length: 3 }, () => auth.get(Signer).newKey()));
    if (!foreign || !spoiled || !empty) throw new Error('Three keys are made above');
    await auth.prisma.signingKey.createMany({
      data: [
        { ...foreign, ...dates, sealedWith: 'another key' },
        { ...spoiled, ...dates, sealedKey: new Uint8Array(64) },
        { ...empty, ...dates, publicJwk: {} },
      ],
    });
    await expect(keysOf().compromise(first, 'found in a log', warden.actor)).resolves.toMatchObject({ state: 'gone' });
    await everywhere(old.token, false);
    const next = await tokenFrom();
    expect(next.kid).not.toBe(first);
    await everywhere(next.token, true);
  });

  it('are dropped when one is compromised: its tokens are refused, and another signs at once', async () => {
    const first = await beginAnew();
    const old = await tokenFrom();
    expect(await keysOf().compromise(first, 'found in a log', warden.actor)).toMatchObject({
      kid: first,
      state: 'gone',
    });
    expect(await published()).not.toContain(first);
    await everywhere(old.token, false);
    // A login right after it works, on every replica.
    for (const replica of [auth, other]) {
      const next = await tokenFrom(replica);
      expect(next.kid).not.toBe(first);
      await everywhere(next.token, true);
    }
  });

  it('can be compromised before their turn and after it, and twice', async () => {
    const first = await beginAnew();
    await pass(29 * DAY + HOUR);
    const upcoming = (await published()).find((kid) => kid !== first) ?? '';
    await keysOf().compromise(upcoming, 'drill', warden.actor);
    await keysOf().compromise(upcoming, 'drill', warden.actor);
    expect(await published()).not.toContain(upcoming);
    expect((await states())[first]).toBe('signing');
    await pass(DAY);
    await keysOf().compromise(first, 'drill', warden.actor);
    expect(await published()).not.toContain(first);
    await until(() => keysOf().canSign);
    await expect(keysOf().compromise('nobody', 'drill', warden.actor)).rejects.toMatchObject({ code: 'key-not-found' });
  });

  it('are recorded in the audit trail, with the user who changed them', async () => {
    const first = await beginAnew();
    const { kid } = await keysOf().rotate(warden.actor);
    await keysOf().compromise(first, 'found in a log', warden.actor);
    const events = await auth.prisma.event.findMany({
      where: { type: { startsWith: 'key-' } },
      orderBy: { id: 'desc' },
    });
    const by = { actor: warden.user.id, session: warden.user.sessionId, outcome: 'success' };
    expect(events).toContainEqual(expect.objectContaining({ type: 'key-created', detail: { kid } }));
    expect(events).toContainEqual(expect.objectContaining({ ...by, type: 'key-rotated', detail: { kid } }));
    const detail = { kid: first, reason: 'found in a log' };
    expect(events).toContainEqual(expect.objectContaining({ ...by, type: 'key-compromised', detail }));
  });

  it('sign nothing before services can verify it', async () => {
    const first = await beginAnew();
    await auth.prisma.signingKey.deleteMany({ where: { kid: first } });
    const key = await auth.get(Signer).newKey();
    const [signsFrom, signsUntil] = [new Date(), new Date(Date.now() + 60_000)];
    await auth.prisma.signingKey.create({ data: { ...key, signsFrom, signsUntil, goneAt: signsUntil } });
    // It is in the database, but the services have never heard of it.
    const fresh = await auth.start();
    await until(() => fresh.get(KeyRing).isReady);
    await expect(keysOf(fresh).sign({})).rejects.toMatchObject({ code: 'service-unavailable', status: 503 });
    await keysOf().maintain();
    await expect(keysOf(fresh).sign({})).resolves.toMatch(/^ey/);
  });
});

describe('the keys that seal the signing keys', () => {
  const startWith = (settings: AuthSettings) => auth.start(settings);

  it('can be changed while the service runs, and the old one can go', async () => {
    const first = await beginAnew();
    const { AUTH_KEY_ENCRYPTION_KEY: before } = auth.config;
    const after = randomBytes(32);
    const both = await startWith({ AUTH_KEY_ENCRYPTION_KEY: after, AUTH_KEY_ENCRYPTION_KEY_PREVIOUS: before });
    await ready(both);
    expect((await tokenFrom(both)).kid).toBe(first);

    expect(await rewrapKeys(auth.prisma, before, after)).toMatchObject({ others: 0 });
    expect(await rewrapKeys(auth.prisma, before, after)).toEqual({ sealed: 0, others: 0 });
    const onlyNew = await startWith({ AUTH_KEY_ENCRYPTION_KEY: after });
    await ready(onlyNew);
    expect((await tokenFrom(onlyNew)).kid).toBe(first);
    await everywhere((await tokenFrom(onlyNew)).token, true);

    const onlyOld = await startWith({});
    await keysOf(onlyOld).maintain();
    expect(keysOf(onlyOld).canSign).toBe(false);
    await rewrapKeys(auth.prisma, after, before);
  });

  it('are told apart: a key sealed with a third one is left as it is and counted', async () => {
    await beginAnew();
    const result = await rewrapKeys(auth.prisma, randomBytes(32), randomBytes(32));
    expect(result).toEqual({ sealed: 0, others: 1 });
  });
});

describe('while NATS is unreachable', () => {
  it('a compromise is stored, reported as pending, and published when NATS is back', async () => {
    const first = await beginAnew();
    const old = await tokenFrom();
    await auth.nats.kill();
    await expect(keysOf().compromise(first, 'drill', warden.actor)).rejects.toMatchObject({ status: 503 });
    expect((await states())[first]).toBe('gone');
    // The compromise cannot be published, so the key is still trusted; but it signs nothing more, and no other can yet.
    await expect(tokenFrom()).rejects.toMatchObject({ status: 503 });
    await auth.nats.start();
    await until(() =>
      keysOf()
        .maintain()
        .then(
          () => true,
          () => false,
        ),
    );
    await everywhere(old.token, false);
    await until(() => keysOf().canSign);
  }, 60_000);
});
