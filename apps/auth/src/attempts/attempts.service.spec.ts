import { randomUUID } from 'node:crypto';

import { PasswordsService } from '../sessions/passwords.service.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { type AuthForTest, authForTest, PASSWORD, type Replica } from '../testing/auth.js';
import { UsersService } from '../users/users.service.js';
import type { AttemptLimit } from './attempt-limits.js';
import { AttemptsService } from './attempts.service.js';

let auth: AuthForTest;
let other: Replica;
let attempts: AttemptsService;
beforeAll(async () => {
  auth = await authForTest();
  other = await auth.start();
  attempts = auth.get(AttemptsService);
}, 60_000);
afterAll(() => auth.close());

const limitOf = (changes: Partial<AttemptLimit> = {}): AttemptLimit => ({
  key: `spec:${randomUUID()}`,
  free: 3,
  longest: 900,
  ...changes,
});

/** Seconds to wait before the next attempt, 0 if this one was let through. */
async function attempt(limits: readonly AttemptLimit[], at = attempts): Promise<number> {
  try {
    await at.begin(limits);
    return 0;
  } catch (error) {
    expect(error).toMatchObject({ code: 'too-many-requests', status: 429 });
    return (error as { details: { retryAfter: number } }).details.retryAfter;
  }
}

/** Seconds of the delay that the last attempt which was let through began. */
async function delayOf(key: string): Promise<number> {
  const { blockedUntil, lastAt } = await auth.prisma.attempt.findUniqueOrThrow({ where: { key } });
  return blockedUntil ? (blockedUntil.getTime() - lastAt.getTime()) / 1000 : 0;
}

/** Lets time pass for one key. */
const pass = (seconds: number, key: string) => auth.prisma.$executeRaw`
  UPDATE attempts SET last_at = last_at - make_interval(secs => ${seconds}),
    blocked_until = blocked_until - make_interval(secs => ${seconds}) WHERE key = ${key}`;

describe('attempts', () => {
  it('are free first, and then each delay is twice the one before, up to the longest', async () => {
    const limit = limitOf({ longest: 20 });
    for (let i = 0; i < limit.free; i++) {
      expect(await attempt([limit])).toBe(0);
      expect(await delayOf(limit.key)).toBe(0);
    }
    for (const delay of [1, 2, 4, 8, 16, 20, 20]) {
      expect(await attempt([limit])).toBe(0);
      expect(await delayOf(limit.key)).toBe(delay);
      await pass(delay, limit.key);
    }
  });

  it('are refused during a delay, are told how long it still is, and do not make it longer', async () => {
    const limit = limitOf({ free: 1 });
    for (let i = 0; i < 8; i++) {
      await attempt([limit]);
      await pass(200, limit.key);
    }
    expect(await attempt([limit])).toBe(0);
    const delay = await delayOf(limit.key);
    expect(delay).toBe(128);
    for (let i = 0; i < 20; i++) {
      const wait = await attempt([limit]);
      expect(wait).toBeGreaterThan(delay - 20);
      expect(wait).toBeLessThanOrEqual(delay);
    }
    expect(await delayOf(limit.key)).toBe(delay);
    await pass(delay, limit.key);
    expect(await attempt([limit])).toBe(0);
    expect(await delayOf(limit.key)).toBe(2 * delay);
  });

  it('are forgiven after an hour without one', async () => {
    const limit = limitOf({ free: 1 });
    for (let i = 0; i < 9; i++) {
      await attempt([limit]);
      await pass(900, limit.key);
    }
    expect(await attempt([limit])).toBe(0);
    await pass(3_601, limit.key);
    expect(await attempt([limit])).toBe(0);
    expect(await delayOf(limit.key)).toBe(0);
  });

  it('are counted one by one when they come at once, on both replicas', async () => {
    const limit = limitOf({ free: 5 });
    const replicas = [attempts, other.get(AttemptsService)] as const;
    const waits = await Promise.all(
      Array.from({ length: 40 }, (_, i) => attempt([limit], replicas[i % 2 === 0 ? 0 : 1])),
    );
    // The free ones, and the one that began the first delay.
    expect(waits.filter((wait) => wait === 0)).toHaveLength(6);
  });

  it('do not wait for each other for ever when they share keys in another order', async () => {
    const [one, two] = [limitOf({ free: 1_000 }), limitOf({ free: 1_000 })];
    const waits = await Promise.all(Array.from({ length: 40 }, (_, i) => attempt(i % 2 ? [one, two] : [two, one])));
    expect(new Set(waits)).toEqual(new Set([0]));
  });

  it('are forgotten when they are old', async () => {
    const [old, recent] = [limitOf(), limitOf()];
    await attempt([old]);
    await attempt([recent]);
    await pass(3_601, old.key);
    await attempts.forgetOld();
    const keys = (await auth.prisma.attempt.findMany()).map(({ key }) => key);
    expect(keys).toContain(recent.key);
    expect(keys).not.toContain(old.key);
  });
});

describe('guessing the password of an account', () => {
  const logIn = (email: string, password: string, address: string, at: Pick<Replica, 'get'> = auth) =>
    at.get(SessionsService).logIn({ email, password }, { address, userAgent: 'curl/8' });
  const codeOf = (login: Promise<unknown>) =>
    login.then(
      () => 'let in',
      (error: unknown) => (error as { code: string }).code,
    );
  const guess = (email: string, address: string, at: Pick<Replica, 'get'> = auth) =>
    codeOf(logIn(email, 'a wrong passphrase', address, at));

  /** Guesses until it is refused: one or two more than are free, on a machine that takes its time. */
  async function guessesFrom(addressOf: (index: number) => string, email: string): Promise<number> {
    for (let count = 0; count < 200; count++) {
      if ((await guess(email, addressOf(count), count % 2 ? other : auth)) === 'too-many-requests') return count;
    }
    return Infinity;
  }

  it('is slowed down from one address after ten guesses, whichever replica is asked', async () => {
    const { email } = await auth.user();
    expect([11, 12]).toContain(await guessesFrom(() => '198.51.100.1', email));
  });

  it('is slowed down from many addresses after thirty', async () => {
    const { email } = await auth.user();
    expect([31, 32]).toContain(await guessesFrom((index) => `198.51.101.${String(index)}`, email));
  });

  it('answers the same for an address that nobody has registered', async () => {
    const stranger = `${randomUUID()}@citadel.test`;
    expect(await guess(stranger, '198.51.102.1')).toBe('invalid-credentials');
    expect([10, 11]).toContain(await guessesFrom(() => '198.51.102.1', stranger));
  });

  it('does not lock out the owner at a place where they have been before', async () => {
    const { email } = await auth.user();
    await logIn(email, PASSWORD, '203.0.113.5');
    await guessesFrom((index) => `198.51.103.${String(index)}`, email);
    expect(await codeOf(logIn(email, PASSWORD, '198.51.103.250'))).toBe('too-many-requests');
    expect(await codeOf(logIn(email, PASSWORD, '203.0.113.5'))).toBe('let in');
  });

  it('makes the owner at a new place wait for a minute at most', async () => {
    const { email } = await auth.user();
    for (let round = 0; round < 12; round++) {
      await guessesFrom((index) => `198.51.${String(110 + round)}.${String(index)}`, email);
      await auth.prisma.$executeRaw`UPDATE attempts SET blocked_until = now() WHERE key LIKE 'account:%'`;
    }
    await guessesFrom((index) => `198.51.130.${String(index)}`, email);
    const refusal = logIn(email, PASSWORD, '203.0.113.77').catch((error: unknown) => error);
    const { details } = (await refusal) as { details: { retryAfter: number } };
    expect(details.retryAfter).toBeGreaterThan(0);
    expect(details.retryAfter).toBeLessThanOrEqual(60);
  });

  it('uses up no turn of the owner while it is refused', async () => {
    const { email } = await auth.user();
    expect([11, 12]).toContain(await guessesFrom(() => '198.51.104.1', email));
    for (let i = 0; i < 40; i++) expect(await guess(email, '198.51.104.1')).toBe('too-many-requests');
    expect(await codeOf(logIn(email, PASSWORD, '203.0.113.78'))).toBe('let in');
  });

  it('leaves nothing behind for names that are made up at an address which is refused', async () => {
    const address = '198.51.105.1';
    await guess(`${randomUUID()}@citadel.test`, address);
    await auth.prisma.$executeRaw`
      UPDATE attempts SET failures = 500, blocked_until = now() + interval '1 hour' WHERE key = ${`address:${address}`}`;
    const before = await auth.prisma.attempt.count();
    for (let i = 0; i < 5; i++) expect(await guess(`${randomUUID()}@citadel.test`, address)).toBe('too-many-requests');
    expect(await auth.prisma.attempt.count()).toBe(before);
  });

  it('is slowed down from one IPv6 network, whichever of its addresses it uses', async () => {
    const { email } = await auth.user();
    const addressOf = (index: number) => `2001:db8:9:1:${index.toString(16)}::${index.toString(16)}`;
    expect([11, 12]).toContain(await guessesFrom(addressOf, email));
  });

  it('is not made cheaper by an access token that was stolen', async () => {
    const { email } = await auth.user();
    const { actor } = await auth.logIn(email, { address: '203.0.113.9', userAgent: 'curl/8' });
    const change = { currentPassword: 'a wrong passphrase', newPassword: 'another long passphrase' };
    const outcomes: string[] = [];
    for (let i = 0; i < 13; i++) outcomes.push(await codeOf(auth.get(PasswordsService).change(change, actor)));
    expect([11, 12]).toContain(outcomes.indexOf('too-many-requests'));
  });

  it('is not forgiven for the address when its owner logs into an account of their own', async () => {
    const own = (await auth.user()).email;
    const address = '198.51.140.1';
    const before = async () =>
      (await auth.prisma.attempt.findUnique({ where: { key: `address:${address}` } }))?.failures;
    for (let i = 0; i < 4; i++) await guess((await auth.user()).email, address);
    await logIn(own, PASSWORD, address);
    expect(await before()).toBe(4);
  });
});

describe('registering', () => {
  it('is slowed down for an address that does little else', async () => {
    const few = await auth.start({ REGISTRATIONS_PER_ADDRESS: 2 });
    const register = () =>
      few
        .get(UsersService)
        .register(
          { email: `${randomUUID()}@citadel.test`, password: PASSWORD },
          { address: '198.51.150.1', userAgent: 'curl/8' },
        );
    for (let i = 0; i < 3; i++) await register();
    await expect(register()).rejects.toMatchObject({ code: 'too-many-requests', status: 429 });
  });
});
