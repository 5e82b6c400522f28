import { randomUUID } from 'node:crypto';

import { badTokens, localIssuer } from '@citadel/auth/testing';

import type { Answer } from './answer.js';
import type { Attack, Family } from './attack.js';
import { FAMILIES } from './attacks/index.js';
import { lessonOf, LESSONS } from './attacks/tokens.js';
import type { Battlefield } from './battlefield.js';
import { isBreached, reportOf, summaryOf } from './report.js';
import { runFamilies } from './run.js';

/** A system that answers everything in one way. What it is told it tells on, to whoever asks. */
function naive(status: number): Battlefield {
  const id = randomUUID();
  const told: unknown[] = [];
  const answer = (...said: unknown[]): Promise<Answer> => {
    told.push(said);
    const tokens = { access_token: 'a.b.c', refresh_token: randomUUID() };
    return Promise.resolve({
      status,
      code: status < 400 ? '' : 'internal',
      body: { ...tokens, id, items: [{ id }], told },
    });
  };
  const person = { id, email: 'somebody@citadel.test', password: 'x', accessToken: 'a.b.c', refreshToken: 'r' };
  return {
    http: answer,
    ask: answer,
    send: answer,
    mayPublish: () => Promise.resolve(true),
    mayHear: () => Promise.resolve(true),
    // Whatever JetStream is asked is stored somewhere and delivered to somebody.
    askStreams: () => Promise.resolve({ state: { last_seq: told.push('asked') }, push_bound: true }),
    mayConnect: () => Promise.resolve(true),
    sql: () => Promise.resolve(status < 400 ? 'done' : 'XX000'),
    attacker: person,
    victim: person,
    official: () => Promise.resolve(person),
    recruit: () => Promise.resolve(person),
    issuer: localIssuer(),
    isRealIssuer: true,
    patience: { grace: 0, revocation: 0 },
  };
}

const ATTACKS = FAMILIES.flatMap((family) =>
  family.attacks.map((attack) => [`${family.name}: ${attack.title}`, attack] as const),
);

const only = (...attacks: Attack[]): readonly Family[] => [{ name: 'one', title: 'One', attacks }];
const attack = (run: Attack['run']): Attack => ({ title: 'Try', why: 'it does', holds: 'a wall', run });
const outcomeOf = async (families: readonly Family[], field: Battlefield) => {
  const results = await runFamilies(families, field);
  return { results, isBreached: isBreached(results), summary: summaryOf(results) };
};

describe('an attack', () => {
  it.each(ATTACKS)('succeeds where everything is let in: %s', async (_, one) => {
    const { isBreached: isLost, results } = await outcomeOf(only(one), naive(200));
    expect(isLost).toBe(true);
    // It got as far as trying: what fails on its own way proves nothing about the defence.
    expect(results[0]?.outcomes[0]?.tries.map(({ at }) => at)).not.toContain('the attack itself');
  });

  it.each(ATTACKS)('has not been held off by a breakdown: %s', async (_, one) => {
    expect((await outcomeOf(only(one), naive(500))).isBreached).toBe(true);
  });

  it('counts as successful when it cannot be tried, or tries nothing', async () => {
    const stumbling = attack(() => Promise.reject(new Error('no ladder')));
    const idle = attack(() => Promise.resolve([]));
    for (const one of [stumbling, idle]) expect((await outcomeOf(only(one), naive(200))).isBreached).toBe(true);
  });

  it('counts as successful when it succeeds once of two times', async () => {
    const half = attack(() =>
      Promise.resolve([
        { at: 'the gate', answer: '401', held: true },
        { at: 'the window', answer: '200', held: false },
      ]),
    );
    const { results, isBreached: isLost, summary } = await outcomeOf(only(half), naive(200));
    expect(isLost).toBe(true);
    expect(summary).toBe('1 attacks of 1 families, 2 tries: 1 SUCCEEDED: Try.');
    expect(results.map(reportOf).join()).toContain('!! the window answered: 200');
  });
});

describe('a siege', () => {
  it('without attacks proves nothing', async () => {
    expect((await outcomeOf([], naive(200))).isBreached).toBe(true);
  });

  it('can be read: what was tried, why it works elsewhere, what holds it here', async () => {
    const held = attack(() => Promise.resolve([{ at: 'the gate', answer: '401 unauthenticated', held: true }]));
    const { results, summary } = await outcomeOf(only(held), naive(200));
    expect(results.map(reportOf).join()).toBe(
      [
        '\none: One',
        '  held      Try  (1 try: 401 unauthenticated)',
        '    works elsewhere because it does',
        '    held here by a wall',
      ].join('\n'),
    );
    expect(summary).toBe('1 attacks of 1 families, 1 tries: everything held.');
  });

  it('tries every bad token, and each teaches the lesson that it belongs to', () => {
    const faults = badTokens(localIssuer(), 'any').map(([fault]) => fault);
    const taught = LESSONS.map(({ title }) => faults.filter((fault) => lessonOf(fault)?.title === title));
    expect(taught.flat().sort()).toEqual([...faults].sort());
    expect(taught.every(({ length }) => length > 0)).toBe(true);
    expect(taught.at(-1)).toEqual(expect.arrayContaining(['no token at all', 'in two parts']));
  });
});
