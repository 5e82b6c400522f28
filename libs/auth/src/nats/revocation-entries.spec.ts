import { randomBytes, randomUUID } from 'node:crypto';
import * as fc from 'fast-check';

import type { Revocation } from '../revocation/revocation-source.js';
import { RevocationEntries, revocationKey, revocationOf } from './revocation-entries.js';

const key = randomBytes(32);
const entries = new RevocationEntries([key]);

const id = fc.uuid();
const generation = fc.nat();
const revocation: fc.Arbitrary<Revocation> = fc.oneof(
  fc.record({ kind: fc.constant('token' as const), id }),
  fc.record({ kind: fc.constant('session' as const), id }),
  fc.record({ kind: fc.constant('subject' as const), id, generation }),
  fc.record({ kind: fc.constant('everybody' as const), generation }),
);

describe('the entry of a revocation', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(revocation, (one) => {
        expect(entries.decode(revocationKey(one), entries.encode(one))).toEqual(one);
        expect(revocationOf(revocationKey(one), 'generation' in one ? one.generation : null)).toEqual(one);
      }),
    );
  });

  it('says nothing under the key of another', () => {
    fc.assert(
      fc.property(revocation, revocation, (one, other) => {
        fc.pre(revocationKey(one) !== revocationKey(other));
        expect(entries.decode(revocationKey(other), entries.encode(one))).toBeUndefined();
      }),
    );
  });

  it('says nothing when it was written with another key', () => {
    const foreign = new RevocationEntries([randomBytes(32)]);
    expect(entries.decode('everybody', foreign.encode({ kind: 'everybody', generation: 1 }))).toBeUndefined();
  });

  it('says nothing when its generation was changed, or it has none', () => {
    const [, code = ''] = entries.encode({ kind: 'everybody', generation: 1 }).split('.');
    for (const value of ['', '1', '.', `2.${code}`, `01.${code}`, `.${code}`, `1.${code}=`, `1.${code}x`, code]) {
      expect([value, entries.decode('everybody', value)]).toEqual([value, undefined]);
    }
  });

  it('is read with either key while one replaces the other, and written with the first', () => {
    const next = randomBytes(32);
    const both = new RevocationEntries([next, key]);
    const one: Revocation = { kind: 'token', id: randomUUID() };
    expect(both.decode(revocationKey(one), entries.encode(one))).toEqual(one);
    expect(both.encode(one)).toBe(new RevocationEntries([next]).encode(one));
  });
});

describe('a stored key and generation', () => {
  it.each([
    ['token', null],
    ['token.', null],
    ['token.x', 1],
    ['session.x', 1],
    ['subject.x', null],
    ['subject', 1],
    ['everybody', null],
    ['everybody.x', 1],
    ['everybody', 1.5],
    ['planet.earth', 1],
    ['', null],
  ])('%j with generation %j is not a revocation', (name, count) => {
    expect(revocationOf(name, count)).toBeUndefined();
  });
});
