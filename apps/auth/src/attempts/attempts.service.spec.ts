import { randomUUID } from 'node:crypto';

import { type AuthForTest, authForTest, type Replica } from '../testing/auth.js';
import { type AttemptLimit, COUNTED_DEVICES, deviceLimit } from './attempt-limits.js';
import { type Admission, AttemptsService } from './attempts.service.js';

let auth: AuthForTest;
let other: Replica;
let attempts: AttemptsService;
beforeAll(async () => {
  auth = await authForTest();
  other = await auth.start();
  attempts = auth.get(AttemptsService);
}, 60_000);
afterAll(() => auth?.close());

const limitOf = (changes: Partial<AttemptLimit> = {}): AttemptLimit => ({
  key: `spec:${randomUUID()}`,
  free: 3,
  shortest: 1,
  longest: 900,
  forgivenAfter: 3_600,
  ...changes,
});

/** Seconds to wait before the next attempt, 0 if this one was let through. */
async function attempt(limits: readonly AttemptLimit[], at = attempts): Promise<number> {
  const verdict = await at.begin(limits);
  return 'limit' in verdict ? verdict.retryAfter : 0;
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

  it('are refused during a delay with the time that is left, and do not extend it', async () => {
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
    const limit = limitOf({ free: 5, shortest: 900 });
    const replicas = [attempts, other.get(AttemptsService)] as const;
    const waits = await Promise.all(
      Array.from({ length: 40 }, (_, i) => attempt([limit], replicas[i % 2 === 0 ? 0 : 1])),
    );
    // The free ones, and the one that began the first delay.
    expect(waits.filter((wait) => wait === 0)).toHaveLength(6);
  });

  it('do not wait for each other forever when they share keys in another order', async () => {
    const [one, two] = [limitOf({ free: 1_000 }), limitOf({ free: 1_000 })];
    const waits = await Promise.all(Array.from({ length: 40 }, (_, i) => attempt(i % 2 ? [one, two] : [two, one])));
    expect(new Set(waits)).toEqual(new Set([0]));
  });

  it('are taken back when they succeed, with the delay that they began, and forgive no others', async () => {
    const [used, unused] = [limitOf({ free: 1 }), limitOf()];
    await attempt([used]);
    const admission = (await attempts.begin([used, unused])) as Admission;
    expect(await delayOf(used.key)).toBe(1);
    await attempts.succeeded(admission);
    expect(await delayOf(used.key)).toBe(0);
    expect(await auth.prisma.attempt.findMany({ where: { key: { in: [used.key, unused.key] } } })).toMatchObject([
      { key: used.key, failures: 1 },
    ]);
  });

  it('are counted when they are refused, and the first one during a delay is known', async () => {
    const limit = limitOf({ free: 1 });
    const refuse = () => attempts.begin([limit]);
    for (let i = 0; i < 2; i++) await attempt([limit]);
    expect(await refuse()).toMatchObject({ isFirst: true, refusedBefore: 0 });
    for (let i = 0; i < 4; i++) expect(await refuse()).toMatchObject({ isFirst: false });
    await pass(1, limit.key);
    expect(await attempt([limit])).toBe(0);
    expect(await refuse()).toMatchObject({ isFirst: true, refusedBefore: 5 });
  });

  it('learn nothing of when the next turn is free where a limit hides it', async () => {
    const limit = limitOf({ free: 1, longest: 60, hidesItsEnd: true });
    const waits = new Set<number>();
    for (let i = 0; i < 2; i++) await attempt([limit]);
    for (let i = 0; i < 40; i++) waits.add(await attempt([limit]));
    // The delay was one second: no answer is near it, and they differ.
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(60);
    expect(Math.max(...waits)).toBeLessThanOrEqual(90);
    expect(waits.size).toBeGreaterThan(5);
  });

  it('are remembered for the lifetime of an ended device, the newest of each account', async () => {
    const email = `${randomUUID()}@citadel.test`;
    const devices = Array.from({ length: COUNTED_DEVICES + 3 }, (_, index) =>
      deviceLimit(email, `device-${String(index)}`),
    );
    for (const device of devices) await attempt([device]);
    for (const { key } of devices) await pass(3_601, key);
    await attempts.forgetOld();
    const kept = await auth.prisma.attempt.findMany({ where: { key: { in: devices.map(({ key }) => key) } } });
    expect(kept.map(({ key }) => key).sort()).toEqual(
      devices
        .slice(3)
        .map(({ key }) => key)
        .sort(),
    );
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
