import { availableParallelism } from 'node:os';

import { hash as argon2, verify } from '@node-rs/argon2';

import { PasswordHasher } from './password-hasher.js';

const PASSWORD = 'lantern quarrel seventy moss';

describe('the password hasher', () => {
  it('makes Argon2id hashes with the parameters of OWASP, and a salt of their own', async () => {
    const hasher = new PasswordHasher();
    const [one, other] = await Promise.all([hasher.hash(PASSWORD), hasher.hash(PASSWORD)]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22,}\$[\w+/]{43}$/);
    expect(one).not.toBe(other);
    expect(await verify(one, PASSWORD)).toBe(true);
  });

  it('tells the right password from a wrong one', async () => {
    const hasher = new PasswordHasher();
    const stored = await hasher.hash(PASSWORD);
    expect(await hasher.matches(PASSWORD, stored)).toBe(true);
    for (const wrong of [`${PASSWORD} `, PASSWORD.toUpperCase(), PASSWORD.slice(0, -1), '']) {
      expect(await hasher.matches(wrong, stored)).toBe(false);
    }
  });

  it('compares a password with a hash for an unknown user, too, and refuses it', async () => {
    const hasher = new PasswordHasher();
    const comparisons = spyOnTurns(hasher);
    // The first comparison of a process makes the hash that stands for nobody.
    await hasher.matches(PASSWORD, undefined);
    comparisons.length = 0;
    expect(await hasher.matches('no user has this password', undefined)).toBe(false);
    expect(comparisons).toHaveLength(1);
    await hasher.matches(PASSWORD, await argon2(PASSWORD));
    expect(comparisons).toHaveLength(2);
  });

  it('runs at most as many at a time as there are cores, and lets the others wait', async () => {
    const hasher = new PasswordHasher();
    const turns = spyOnTurns(hasher);
    await Promise.all(Array.from({ length: availableParallelism() * 6 }, () => hasher.hash(PASSWORD)));
    expect(Math.max(...turns)).toBe(availableParallelism());
  });

  it('refuses what would wait behind sixty-four others, and is itself again afterwards', async () => {
    const hasher = new PasswordHasher();
    const places = availableParallelism() + 64;
    const outcomes = await Promise.allSettled(Array.from({ length: places + 5 }, () => hasher.hash(PASSWORD)));
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refused).toHaveLength(5);
    for (const { reason } of refused) expect(reason).toMatchObject({ code: 'service-unavailable', status: 503 });
    expect(await hasher.hash(PASSWORD)).toMatch(/^\$argon2id/);
  }, 30_000);

  it('still refuses an unknown user after a time when the queue was full', async () => {
    const hasher = new PasswordHasher();
    const flood = Array.from({ length: availableParallelism() + 64 }, () => hasher.hash(PASSWORD));
    await expect(hasher.matches(PASSWORD, undefined)).rejects.toMatchObject({ code: 'service-unavailable' });
    await Promise.all(flood);
    expect(await hasher.matches(PASSWORD, undefined)).toBe(false);
  }, 30_000);

  it.each([
    ['$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaA', false],
    ['$argon2id$v=19$m=4096,t=3,p=1$c2FsdHNhbHQ$aGFzaA', true],
    ['$argon2i$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaA', true],
    ['$2b$12$abcdefghijklmnopqrstuv', true],
  ])('knows whether %s is to be made again', (stored, isOutdated) => {
    expect(new PasswordHasher().isOutdated(stored)).toBe(isOutdated);
  });
});

/** How many were at work when each turn began; one entry for each hash that is made or compared. */
function spyOnTurns(hasher: PasswordHasher): number[] {
  const seen: number[] = [];
  let atWork = 0;
  // The queue is the hasher's own; what it lets through is counted where the work begins.
  const queue = hasher as unknown as { inTurn<T>(work: () => Promise<T>): Promise<T> };
  const inTurn = queue.inTurn.bind(hasher);
  queue.inTurn = <T>(work: () => Promise<T>) =>
    inTurn(async () => {
      atWork += 1;
      seen.push(atWork);
      return work().finally(() => (atWork -= 1));
    });
  return seen;
}
