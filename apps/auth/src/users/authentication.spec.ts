import { randomBytes, randomUUID } from 'node:crypto';

import { DeviceTokens } from '../attempts/device-tokens.js';
import { PasswordsService } from '../sessions/passwords.service.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { type AuthForTest, authForTest, PASSWORD, type Replica } from '../testing/auth.js';
import { UsersService } from './users.service.js';

let auth: AuthForTest;
let other: Replica;
beforeAll(async () => {
  auth = await authForTest();
  other = await auth.start();
}, 60_000);
afterAll(() => auth?.close());

interface From {
  readonly address: string;
  readonly device?: string | undefined;
  readonly at?: Pick<Replica, 'get'>;
}

const from = (address: string) => ({ address, userAgent: 'curl/8' });
const logIn = (email: string, password: string, { address, device, at = auth }: From) =>
  at.get(SessionsService).logIn({ email, password, device_token: device }, from(address));
const codeOf = (login: Promise<unknown>) =>
  login.then(
    () => 'let in',
    (error: unknown) => (error as { code: string }).code,
  );
const guess = (email: string, place: From) => codeOf(logIn(email, 'a wrong passphrase', place));
const stranger = () => `${randomUUID()}@citadel.test`;

/** Guesses until it is refused: one or two more than are free, on a machine that takes its time. */
async function guessesFrom(addressOf: (index: number) => string, email: string): Promise<number> {
  for (let count = 0; count < 250; count++) {
    const place = { address: addressOf(count), at: count % 2 ? other : auth };
    if ((await guess(email, place)) === 'too-many-requests') return count;
  }
  return Infinity;
}

/** Uses up a limit as if somebody had guessed for a long time. */
const useUp = (key: string) => auth.prisma.$executeRaw`
  INSERT INTO attempts (key, failures, last_at, admitted, blocked_until)
  VALUES (${key}, 500, now(), gen_random_uuid(), now() + interval '10 minutes')`;
const useUpAll = (pattern: string) => auth.prisma.$executeRaw`
  UPDATE attempts SET failures = 500, blocked_until = now() + interval '10 minutes' WHERE key LIKE ${pattern}`;

describe('guessing the password of an account', () => {
  it('is slowed down from one address after ten guesses, whichever replica is asked', async () => {
    const { email } = await auth.user();
    expect([11, 12]).toContain(await guessesFrom(() => '198.51.100.1', email));
  });

  it('is slowed down from many addresses after thirty', async () => {
    const { email } = await auth.user();
    expect([31, 32]).toContain(await guessesFrom((index) => `198.51.101.${String(index)}`, email));
  });

  it('is slowed down from one IPv6 network, whichever of its addresses it uses', async () => {
    const { email } = await auth.user();
    const addressOf = (index: number) => `2001:db8:9:1:${index.toString(16)}::${index.toString(16)}`;
    expect([11, 12]).toContain(await guessesFrom(addressOf, email));
  });

  it('is slowed down from one IPv6 site, whichever of its networks and accounts it uses', async () => {
    await useUp('site:2001:db8:48::/48');
    expect(await guess(stranger(), { address: '2001:db8:48:ffff::1' })).toBe('too-many-requests');
    expect(await guess(stranger(), { address: '2001:db8:49:ffff::1' })).toBe('invalid-credentials');
  });

  it('uses up no turn of others at the account while it is refused', async () => {
    const { email } = await auth.user();
    expect([11, 12]).toContain(await guessesFrom(() => '198.51.104.1', email));
    await useUpAll('pair:%:198.51.104.1');
    for (let i = 0; i < 40; i++) expect(await guess(email, { address: '198.51.104.1' })).toBe('too-many-requests');
    expect(await codeOf(logIn(email, PASSWORD, { address: '203.0.113.78' }))).toBe('let in');
  });

  it('leaves nothing behind for names that are made up at an address which is refused', async () => {
    const address = '198.51.105.1';
    await guess(stranger(), { address });
    await useUpAll(`address:${address}`);
    const before = await auth.prisma.attempt.count();
    for (let i = 0; i < 5; i++) expect(await guess(stranger(), { address })).toBe('too-many-requests');
    expect(await auth.prisma.attempt.count()).toBe(before);
  });

  it('is not made cheaper by an access token that was stolen', async () => {
    const { email } = await auth.user();
    const { actor } = await auth.logIn(email, from('203.0.113.9'));
    const change = { currentPassword: 'a wrong passphrase', newPassword: 'another long passphrase' };
    const outcomes: string[] = [];
    for (let i = 0; i < 13; i++) outcomes.push(await codeOf(auth.get(PasswordsService).change(change, actor)));
    expect([10, 11, 12]).toContain(outcomes.indexOf('too-many-requests'));
  });

  it('is not forgiven for the address when its owner logs into an account of their own', async () => {
    const own = (await auth.user()).email;
    const address = '198.51.140.1';
    for (let i = 0; i < 4; i++) await guess((await auth.user()).email, { address });
    await logIn(own, PASSWORD, { address });
    expect(await auth.prisma.attempt.findUnique({ where: { key: `address:${address}` } })).toMatchObject({
      failures: 4,
    });
  });
});

describe('an account that a stranger keeps guessing at', () => {
  const NAT = '203.0.113.5';
  const firstLogin = async (email: string, address: string) => (await logIn(email, PASSWORD, { address })).device_token;

  it('is open to its owner on a device that has logged in before, even at the address of the stranger', async () => {
    const { email } = await auth.user();
    const device = await firstLogin(email, NAT);
    await guessesFrom((index) => `198.51.103.${String(index)}`, email);
    await guessesFrom(() => NAT, email);
    await useUpAll('account:%');
    await useUpAll('address:%');
    expect(await codeOf(logIn(email, PASSWORD, { address: NAT }))).toBe('too-many-requests');
    for (const address of [NAT, '192.0.2.200', '2001:db8:77::1']) {
      expect(await codeOf(logIn(email, PASSWORD, { address, device }))).toBe('let in');
    }
  });

  it('is open to its owner at a new device from time to time: one site cannot take every turn', async () => {
    const { email } = await auth.user();
    const addressOf = (index: number) => `2001:db8:50:${index.toString(16)}::1`;
    await useUp('site:2001:db8:50::/48');
    for (let i = 0; i < 60; i++) expect(await guess(email, { address: addressOf(i) })).toBe('too-many-requests');
    expect(await codeOf(logIn(email, PASSWORD, { address: '2001:db8:51::1' }))).toBe('let in');
  });

  it('makes the owner at a new device wait for a minute and a half at most, and tells no one when the turn is free', async () => {
    const { email } = await auth.user();
    await guessesFrom((index) => `198.51.130.${String(index)}`, email);
    const waits: number[] = [];
    for (let i = 0; i < 10; i++) {
      const refusal = logIn(email, PASSWORD, { address: '203.0.113.77' }).catch((error: unknown) => error);
      waits.push(((await refusal) as { details: { retryAfter: number } }).details.retryAfter);
    }
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(60);
    expect(Math.max(...waits)).toBeLessThanOrEqual(90);
    expect(new Set(waits).size).toBeGreaterThan(1);
  });
});

describe('a device that has logged in before', () => {
  const deviceOf = async (email: string) => (await logIn(email, PASSWORD, { address: '192.0.2.50' })).device_token;

  it('has ten guesses of its own, and is a stranger after them, for good', async () => {
    const { email } = await auth.user();
    const device = await deviceOf(email);
    const place = { address: '198.51.107.1', device };
    for (let i = 0; i < 10; i++) expect(await guess(email, place)).toBe('invalid-credentials');
    // The guesses of the device count at no other place; from here on those of a stranger do.
    expect(await auth.prisma.attempt.count({ where: { key: `address:${place.address}` } })).toBe(0);
    expect(await guess(email, place)).toBe('invalid-credentials');
    expect(await auth.prisma.attempt.count({ where: { key: `address:${place.address}` } })).toBe(1);
    await auth.prisma.$executeRaw`UPDATE attempts SET last_at = last_at - interval '30 days' WHERE key LIKE 'device:%'`;
    await useUpAll(`address:${place.address}`);
    expect(await codeOf(logIn(email, PASSWORD, place))).toBe('too-many-requests');
    const renewed = await deviceOf(email);
    expect(await codeOf(logIn(email, PASSWORD, { ...place, device: renewed }))).toBe('let in');
  });

  it('has all of its guesses again after a login', async () => {
    const { email } = await auth.user();
    let device = await deviceOf(email);
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 7; i++) await guess(email, { address: '198.51.108.1', device });
      device = (await logIn(email, PASSWORD, { address: '198.51.108.1', device })).device_token;
    }
    expect(await auth.prisma.attempt.count({ where: { key: 'address:198.51.108.1' } })).toBe(0);
  });

  it.each([
    ['of another account', async () => deviceOf((await auth.user()).email)],
    ['that has expired', async (email: string) => auth.get(DeviceTokens).issue(email, undefined, 0)],
    [
      'that was changed',
      async (email: string) => (await deviceOf(email)).replace(/^./, (c) => (c === 'A' ? 'B' : 'A')),
    ],
    ['without a signature', async (email: string) => (await deviceOf(email)).split('.')[0]],
    ['that is none', () => Promise.resolve('nonsense')],
  ])('is not known by a token %s, and the login goes on without it', async (_, tokenFor) => {
    const { email } = await auth.user();
    const device = await tokenFor(email);
    const address = '198.51.109.1';
    await guess(email, { address, device });
    expect(await auth.prisma.attempt.count({ where: { key: `address:${address}` } })).toBe(1);
    await auth.prisma.attempt.deleteMany({ where: { key: `address:${address}` } });
    expect(await codeOf(logIn(email, PASSWORD, { address, device }))).toBe('let in');
  });

  it('is known while the key that signs its token is replaced', async () => {
    const { email } = await auth.user();
    const device = await deviceOf(email);
    await useUp('address:203.0.113.11');
    const keys = {
      AUTH_REFRESH_TOKEN_KEY: randomBytes(32),
      AUTH_REFRESH_TOKEN_KEY_PREVIOUS: auth.config.AUTH_REFRESH_TOKEN_KEY,
    };
    const place = { address: '203.0.113.11', device, at: await auth.start(keys) };
    expect(await codeOf(logIn(email, PASSWORD, place))).toBe('let in');
  });

  it('is known when a password is changed or given again', async () => {
    const { email } = await auth.user();
    const { actor, device_token: device } = await auth.logIn(email, from('203.0.113.10'));
    await useUp('address:203.0.113.10');
    const proof = { password: PASSWORD, device_token: device };
    expect(await codeOf(auth.get(SessionsService).reauthenticate(proof, actor))).toBe('let in');
    const change = { currentPassword: PASSWORD, newPassword: 'another long passphrase', device_token: device };
    expect(await codeOf(auth.get(PasswordsService).change(change, actor))).toBe('let in');
  });
});

describe('the answers to a stranger', () => {
  /** A name that is not registered, one whose owner is elsewhere, and one whose owner logs in at the stranger's address. */
  const names = async (address: string) => {
    const [here, elsewhere] = [(await auth.user()).email, (await auth.user()).email];
    await logIn(here, PASSWORD, { address });
    await logIn(elsewhere, PASSWORD, { address: '192.0.2.77' });
    return { here, elsewhere, unregistered: stranger() };
  };
  const answersTo = async (email: string, address: string, count: number) => {
    const answers: string[] = [];
    for (let i = 0; i < count; i++) answers.push(await guess(email, { address }));
    return answers;
  };

  it('are the same for every name when the limit of the address is used up', async () => {
    const address = '198.51.110.1';
    const { here, elsewhere, unregistered } = await names(address);
    await guess(stranger(), { address });
    await useUpAll(`address:${address}`);
    for (const email of [unregistered, here, elsewhere]) {
      expect(await answersTo(email, address, 2)).toEqual(['too-many-requests', 'too-many-requests']);
    }
  });

  it('are the same for every name until the limit of the account is reached, and after it', async () => {
    const address = '198.51.111.1';
    const seen = [];
    // The delay after the tenth guess is a second, which a busy machine may need for one more: the codes up to there.
    for (const email of Object.values(await names(address))) seen.push((await answersTo(email, address, 11)).join());
    expect(new Set(seen)).toEqual(new Set([Array.from({ length: 11 }, () => 'invalid-credentials').join()]));
  });

  it('do not change when the owner logs in meanwhile, at a new device or at a known one', async () => {
    const address = '198.51.112.1';
    const { here, unregistered } = await names(address);
    for (const email of [here, unregistered]) await answersTo(email, address, 5);
    const { device_token: device } = await logIn(here, PASSWORD, { address });
    await logIn(here, PASSWORD, { address, device });
    const counts = await auth.prisma.attempt.findMany({ where: { key: { endsWith: address, startsWith: 'pair:' } } });
    expect(counts.map(({ failures }) => failures)).toEqual([5, 5]);
  });
});

describe('the audit trail of passwords', () => {
  const eventsAt = (address: string) => auth.prisma.event.findMany({ where: { address }, orderBy: { id: 'asc' } });

  it('has one event for each delay in which attempts are refused, however many they are', async () => {
    const { id, email } = await auth.user();
    const address = '198.51.120.1';
    await guessesFrom(() => address, email);
    await useUpAll(`pair:%:${address}`);
    await auth.prisma.$executeRaw`UPDATE attempts SET refused = 0 WHERE key LIKE ${`pair:%:${address}`}`;
    const before = (await eventsAt(address)).length;
    for (let i = 0; i < 20; i++) await guess(email, { address });
    const added = (await eventsAt(address)).slice(before);
    expect(added).toMatchObject([
      { type: 'login', outcome: 'failure', subject: id, detail: { code: 'too-many-requests', limit: 'pair' } },
    ]);
  });

  it('has failed changes and proofs under their own type, with the session that tried them', async () => {
    const { id, email } = await auth.user();
    const { actor } = await auth.logIn(email, from('198.51.121.1'));
    const change = { currentPassword: 'a wrong passphrase', newPassword: 'another long passphrase' };
    await codeOf(auth.get(PasswordsService).change(change, actor));
    await codeOf(auth.get(SessionsService).reauthenticate({ password: 'a wrong passphrase' }, actor));
    const by = { outcome: 'failure', actor: id, subject: id, session: actor.user.sessionId };
    expect((await eventsAt('198.51.121.1')).slice(1)).toMatchObject([
      { ...by, type: 'password-changed' },
      { ...by, type: 'reauthenticated' },
    ]);
  });
});

describe('registering', () => {
  const register = (at: Replica, address: string) =>
    at.get(UsersService).register({ email: stranger(), password: PASSWORD }, from(address));

  /** How many are let in before one is refused: two are free, and each delay is twice the one before. */
  async function registrationsFrom(addressOf: (index: number) => string, at: Replica): Promise<number> {
    for (let count = 0; count < 20; count++) {
      if ((await codeOf(register(at, addressOf(count)))) === 'too-many-requests') return count;
    }
    return Infinity;
  }

  it('is slowed down for an address that does little else', async () => {
    const few = await auth.start({ REGISTRATIONS_PER_ADDRESS: 2 });
    const count = await registrationsFrom(() => '198.51.150.1', few);
    expect(count).toBeGreaterThanOrEqual(3);
    expect(count).toBeLessThanOrEqual(6);
  });

  it('is slowed down for an IPv6 site, whichever of its networks it uses', async () => {
    const few = await auth.start({ REGISTRATIONS_PER_ADDRESS: 2 });
    const count = await registrationsFrom((index) => `2001:db8:60:${String(index)}::1`, few);
    expect(count).toBeGreaterThanOrEqual(5);
    expect(count).toBeLessThanOrEqual(8);
  });
});
