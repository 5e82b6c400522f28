import fc from 'fast-check';

import { EXAMPLE_PERMISSIONS } from './example.fixture.js';
import { covers, fold, implies } from './permissions.js';

const exact = fc.constantFrom(...EXAMPLE_PERMISSIONS);
const wildcards = [
  '*',
  ...new Set(EXAMPLE_PERMISSIONS.flatMap((name) => [name.replace(/:.*$/, ':*'), name.replace(/:[^:]*$/, ':*')])),
];
const held = fc.oneof(exact, fc.constantFrom(...wildcards));
const anything = fc.oneof(held, fc.string(), fc.constantFrom('', ':', ':*', 'treasury', 'treasury:', '**', 'a:*:b'));

describe('a held permission', () => {
  it.each([
    ['treasury:accounts:open', 'treasury:accounts:open'],
    ['treasury:accounts:*', 'treasury:accounts:open'],
    ['treasury:*', 'treasury:accounts:open'],
    ['treasury:*', 'treasury:accounts:*'],
    ['*', 'treasury:accounts:open'],
  ])('%s implies %s', (one, other) => {
    expect(implies(one, other)).toBe(true);
  });

  it.each([
    ['treasury:accounts:open', 'treasury:accounts:*'],
    ['treasury:accounts:*', 'treasury:*'],
    ['treasury:*', '*'],
    ['treasury:accounts:read', 'treasury:accounts:read-any'],
    ['treasury:accounts', 'treasury:accounts:open'],
    ['treasury:acc*', 'treasury:accounts:open'],
    ['treasury:*', 'treasuryx:accounts:open'],
    ['treasury:*', 'treasury'],
    ['treasury:*', 'treasury:'],
    ['treasury:*:open', 'treasury:accounts:open'],
    ['', 'treasury:accounts:open'],
    [':*', 'treasury:accounts:open'],
  ])('%s does not imply %s', (one, other) => {
    expect(implies(one, other)).toBe(false);
  });

  it('implies itself, whatever it is', () => {
    fc.assert(fc.property(anything, (one) => implies(one, one)));
  });

  it('implies what is implied by anything that it implies', () => {
    fc.assert(
      fc.property(anything, anything, anything, (a, b, c) => !implies(a, b) || !implies(b, c) || implies(a, c)),
    );
  });

  it('is never found by asking for a wildcard that is not held', () => {
    fc.assert(fc.property(fc.array(exact), fc.constantFrom(...wildcards), (list, asked) => !covers(list, asked)));
  });
});

describe('folding', () => {
  const lists = fc.array(held, { maxLength: 12 });
  const meaningOf = (list: readonly string[]) => EXAMPLE_PERMISSIONS.filter((name) => covers(list, name));

  it('keeps the meaning of a list', () => {
    fc.assert(
      fc.property(lists, (list) => {
        expect(meaningOf(fold(list))).toEqual(meaningOf(list));
      }),
    );
  });

  it('keeps what no other entry covers', () => {
    expect(fold(['vendor:thing:do', 'vendor:thing:do'])).toEqual(['vendor:thing:do']);
  });

  it('leaves nothing that another entry covers, and never makes a list longer', () => {
    fc.assert(
      fc.property(lists, (list) => {
        const folded = fold(list);
        expect(folded.length).toBeLessThanOrEqual(new Set(list).size);
        for (const one of folded) expect(folded.filter((other) => implies(other, one))).toEqual([one]);
      }),
    );
  });

  it('comes to the same result whatever the order, and a second time', () => {
    fc.assert(
      fc.property(lists, (list) => {
        expect(fold([...list].reverse())).toEqual(fold(list));
        expect(fold(fold(list))).toEqual(fold(list));
      }),
    );
  });

  it('makes no wildcard of its parts: it would cover a permission of a newer version', () => {
    fc.assert(
      fc.property(lists, (list) => {
        expect(fold(list).filter((one) => !list.includes(one))).toEqual([]);
      }),
    );
    expect(fold(EXAMPLE_PERMISSIONS)).toEqual([...EXAMPLE_PERMISSIONS].sort());
  });

  it.each([
    ['everything and parts of it', ['archives:*', '*', 'treasury:vault:draw'], ['*']],
    ['a domain and parts of it', ['archives:documents:read', 'archives:*', 'archives:documents:*'], ['archives:*']],
    ['nothing', [], []],
  ])('of %s', (_, list, folded) => {
    expect(fold(list)).toEqual(folded);
  });
});
