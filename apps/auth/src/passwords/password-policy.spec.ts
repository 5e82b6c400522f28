import * as fc from 'fast-check';

import { PasswordPolicy } from './password-policy.js';

const policy = new PasswordPolicy();
const EMAIL = 'josephine.baker@citadel.test';
const verdict = (password: string, email = EMAIL): string => {
  try {
    policy.check(password, email);
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
  ])('takes %s', (_, password) => {
    expect(verdict(password)).toBe('taken');
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
  ])('refuses %s, and says why', (_, password) => {
    expect(verdict(password)).toBe('weak-password');
    expect(() => policy.check(password, EMAIL)).toThrow(/^(Use at|This password)/);
  });

  it('never names the password that it refuses', () => {
    expect(() => policy.check('password1234', EMAIL)).not.toThrow(/password1234/);
  });

  it('counts code points, whatever the characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 0, maxLength: 140 }), (password) => {
        const length = [...password].length;
        if (length < 12 || length > 128) expect(verdict(password)).toBe('weak-password');
      }),
    );
  });

  it('judges the first 32 characters alone, because judging more holds up everybody else', () => {
    expect(verdict('a'.repeat(32) + 'lantern quarrel seventy moss')).toBe('weak-password');
    expect(verdict('lantern quarrel seventy moss of a' + 'a'.repeat(90))).toBe('taken');
  });

  it('takes no longer for the longest password than a person notices', () => {
    const start = performance.now();
    for (const unit of ['aA1!', 'password', 'qwerty', '0123456789', 'ab']) verdict(unit.repeat(64).slice(0, 128));
    expect(performance.now() - start).toBeLessThan(5_000);
  });
});
