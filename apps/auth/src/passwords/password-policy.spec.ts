import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';

import * as fc from 'fast-check';

import { PasswordPolicy } from './password-policy.js';

let policy: PasswordPolicy;
beforeAll(() => {
  policy = new PasswordPolicy();
});
afterAll(() => policy.onApplicationShutdown());

const EMAIL = 'josephine.baker@citadel.test';
const verdict = async (password: string, email = EMAIL): Promise<string> => {
  try {
    await policy.check(password, email);
    return 'taken';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('the password policy', () => {
  it.each([
    ['words that nobody has put together before', 'lantern quarrel seventy moss'],
    ['twelve characters', 'tK9#vq!Zr2mX'],
    ['no capital letter, digit or sign', 'lanternquarrelmossy'],
    ['a month among other words', 'lantern march moss'],
    ['digits alone, without a pattern', '839175028461'],
    ['spaces at its ends', '  lantern quarrel moss  '],
    ['letters of any language', 'пылесос ворчит на кухне'],
    ['characters outside the basic plane', '𝒜𝒷𝒸 🐎🔋📎 ⛲ korrekt 𓀀𓂀'],
    ['one hundred and twenty-eight characters', 'lantern quarrel moss '.repeat(7).slice(0, 128)],
  ])('takes %s', async (_, password) => {
    expect(await verdict(password)).toBe('taken');
  });

  it.each([
    ['eleven characters', 'tK9#vq!Zr2m'],
    ['eleven characters of two code units each', '🐎🔋📎⛲🏰🗝📜🕯🛡🏹🐉'],
    ['one hundred and twenty-nine characters', 'lantern quarrel moss '.repeat(7).slice(0, 129)],
    ['a common password', 'password1234'],
    ['a common password with the usual decorations', 'Password1234!'],
    ['a row of the keyboard', 'qwertyuiop123'],
    ['a season and a year', 'Summer2024!!'],
    ['a season and the next year', 'Summer2025!!'],
    ['a month and a year', 'January2026!'],
    ['the product and a year', 'Citadel2026!'],
    ['a company and a year', 'Company2024!'],
    ['a greeting to the product', 'welcome2citadel'],
    ['columns of the keyboard', '!QAZ2wsx#EDC'],
    ['a repetition', 'aaaaaaaaaaaaaaaa'],
    ['a sequence', 'abcdefghijklmno'],
    ['their own address', EMAIL],
    ['the first part of their own address', 'josephine.baker'],
    ['a name in their own address, decorated', 'josephine1234'],
  ])('refuses %s, and says why', async (_, password) => {
    expect(await verdict(password)).toBe('weak-password');
    await expect(policy.check(password, EMAIL)).rejects.toThrow(/^(Use at|This password)/);
  });

  it('never names the password that it refuses', async () => {
    await expect(policy.check('password1234', EMAIL)).rejects.not.toThrow(/password1234/);
  });

  it('counts code points, whatever the characters', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', minLength: 0, maxLength: 140 }), async (password) => {
        const length = [...password].length;
        if (length < 12 || length > 128) expect(await verdict(password)).toBe('weak-password');
      }),
    );
  });

  it('judges the first 32 characters alone, because judging more takes long', async () => {
    expect(await verdict('a'.repeat(32) + 'lantern quarrel seventy moss')).toBe('weak-password');
    expect(await verdict('lantern quarrel seventy moss of a' + 'a'.repeat(90))).toBe('taken');
  });

  it('takes no longer for the longest password than a person notices', async () => {
    const start = performance.now();
    for (const unit of ['aA1!', 'password', 'qwerty', '0123456789', 'ab']) await verdict(unit.repeat(64).slice(0, 128));
    expect(performance.now() - start).toBeLessThan(5_000);
  });
});

describe('estimating a password', () => {
  const SLOW = 'aA1!'.repeat(32);

  it('does not hold up what else the process does', async () => {
    await verdict(SLOW);
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    // It compares with the turn before.
    await setTimeout(10);
    const start = performance.now();
    await Promise.all(Array.from({ length: 40 }, () => verdict(SLOW)));
    await setTimeout(10);
    delay.disable();
    // On the event loop, one delay would be as long as all of the work.
    expect(delay.max / 1e6).toBeLessThan((performance.now() - start) / 4);
  });

  it('queues sixty-four; one more is refused with service-unavailable', async () => {
    const all = await Promise.all(Array.from({ length: 80 }, () => verdict(SLOW)));
    const judged = all.filter((one) => one === 'taken' || one === 'weak-password');
    expect(new Set(all)).toEqual(new Set([judged[0], 'service-unavailable']));
    expect(judged.length).toBeGreaterThanOrEqual(64);
    expect(judged.length).toBeLessThanOrEqual(66);
  });

  it('accepts nothing when the thread ends before it has judged, and goes on with a new one', async () => {
    await verdict(SLOW);
    const waiting = Promise.all(Array.from({ length: 10 }, () => verdict('lantern quarrel seventy moss')));
    await policy['estimator']?.threads[0]?.terminate();
    expect(await waiting).toContain('service-unavailable');
    expect(await verdict('lantern quarrel seventy moss')).toBe('taken');
  });
});
