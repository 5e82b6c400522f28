import fc from 'fast-check';

import { EXAMPLE_PERMISSIONS, EXAMPLE_ROLES } from './example.fixture.js';
import { covers, isWithin } from './permissions.js';
import { RoleBook, type RoleEntry } from './role-book.js';

const BUILT_IN = Object.keys(EXAMPLE_ROLES);
const bookOf = (custom: readonly RoleEntry[] = []) => new RoleBook(EXAMPLE_ROLES, custom);

const WILDCARDS = [
  '*',
  ...new Set(EXAMPLE_PERMISSIONS.flatMap((name) => [name.replace(/:.*$/, ':*'), name.replace(/:[^:]*$/, ':*')])),
];
const held = fc.array(fc.constantFrom(...EXAMPLE_PERMISSIONS, ...WILDCARDS), { maxLength: 6 });

// Few names, so that inheritance, cycles and names that do not exist come up all the time.
const CUSTOM = ['clerk', 'guard', 'usher', 'envoy', 'page', 'sovereign', 'citizen'];
const name = fc.constantFrom(...CUSTOM, ...BUILT_IN, 'nobody');
const names = fc.array(name, { maxLength: 5 });
const entry: fc.Arbitrary<RoleEntry> = fc.record({
  name: fc.constantFrom(...CUSTOM),
  permissions: held,
  inherits: fc.array(name, { maxLength: 4 }),
});
const entries = fc.array(entry, { maxLength: 7 });

const meaningOf = (permissions: readonly string[]) => EXAMPLE_PERMISSIONS.filter((one) => covers(permissions, one));

describe('a role book', () => {
  it('never removes access when a role is added', () => {
    fc.assert(
      fc.property(entries, names, name, (custom, roles, added) => {
        const book = bookOf(custom);
        const before = book.permissionsOf(roles);
        const after = book.permissionsOf([...roles, added]);
        expect(meaningOf(after)).toEqual(expect.arrayContaining(meaningOf(before)));
        expect(isWithin(book.heldBy(roles), book.heldBy([...roles, added]))).toBe(true);
      }),
    );
  });

  it('never gives an access when a role is removed', () => {
    fc.assert(
      fc.property(entries, names, name, (custom, roles, removed) => {
        const book = bookOf(custom);
        const after = book.permissionsOf(roles.filter((one) => one !== removed));
        expect(meaningOf(book.permissionsOf(roles))).toEqual(expect.arrayContaining(meaningOf(after)));
      }),
    );
  });

  it('never gives less when a role inherits more', () => {
    fc.assert(
      fc.property(entries, entry, name, names, (custom, changed, inherited, roles) => {
        const others = custom.filter((one) => one.name !== changed.name);
        const before = bookOf([...others, changed]);
        const after = bookOf([...others, { ...changed, inherits: [...changed.inherits, inherited] }]);
        expect(meaningOf(after.permissionsOf(roles))).toEqual(
          expect.arrayContaining(meaningOf(before.permissionsOf(roles))),
        );
      }),
    );
  });

  it('does not depend on the order of roles, or on how often one is named', () => {
    fc.assert(
      fc.property(entries, names, (custom, roles) => {
        const book = bookOf(custom);
        expect(book.permissionsOf([...roles, ...roles].reverse())).toEqual(book.permissionsOf(roles));
      }),
    );
  });

  it('comes to an end when roles inherit in a circle, and gives each of them the powers of all', () => {
    const ring = CUSTOM.slice(0, 4);
    const book = bookOf(
      ring.map((one, index) => ({
        name: one,
        permissions: [EXAMPLE_PERMISSIONS[index] ?? ''],
        inherits: [ring[(index + 1) % ring.length] ?? ''],
      })),
    );
    for (const one of ring) {
      expect(book.expand([one]).sort()).toEqual([...ring].sort());
      expect(meaningOf(book.permissionsOf([one]))).toEqual(EXAMPLE_PERMISSIONS.slice(0, 4));
    }
  });

  it('has each role once, and only roles that exist', () => {
    fc.assert(
      fc.property(entries, names, (custom, roles) => {
        const book = bookOf(custom);
        const expanded = book.expand(roles);
        expect(new Set(expanded).size).toBe(expanded.length);
        expect(expanded.every((one) => book.has(one))).toBe(true);
      }),
    );
  });

  it.each(BUILT_IN)('gives nothing for %s while a custom role has the name of that built-in one', (role) => {
    const book = bookOf([
      { name: role, permissions: ['*'], inherits: ['clerk'] },
      { name: 'clerk', permissions: ['auth:users:read'], inherits: [] },
      { name: 'usher', permissions: [], inherits: [role] },
    ]);
    expect([book.has(role), book.expand([role]), book.heldBy([role])]).toEqual([false, [], []]);
    expect([book.expand(['usher']), book.heldBy(['usher'])]).toEqual([['usher'], []]);
    expect([book.ambiguous, bookOf().ambiguous]).toEqual([[role], []]);
    expect(book.has('clerk')).toBe(true);
  });

  it.each(['nobody', 'Sovereign', 'sovereign ', '__proto__', 'constructor', 'toString', ''])(
    'has no role %j, and gives nothing for it',
    (unknown) => {
      const book = bookOf();
      expect([book.has(unknown), book.expand([unknown]), book.permissionsOf([unknown])]).toEqual([false, [], []]);
    },
  );

  it('finds every cycle before it is made, and nothing else', () => {
    fc.assert(
      fc.property(entries, entry, (custom, changed) => {
        const others = custom.filter((one) => one.name !== changed.name);
        const before = bookOf([...others, { ...changed, inherits: [] }]);
        const after = bookOf([...others, changed]);
        fc.pre(!BUILT_IN.includes(changed.name));
        const reachesItself = changed.inherits.some((parent) => after.expand([parent]).includes(changed.name));
        expect(before.hasCycle(changed.name, changed.inherits)).toBe(reachesItself);
      }),
    );
  });

  it('names as the source of a permission those roles that bring it, and only those', () => {
    fc.assert(
      fc.property(entries, names, fc.constantFrom(...EXAMPLE_PERMISSIONS), (custom, roles, permission) => {
        const book = bookOf(custom);
        const sources = book.sourcesOf(permission, roles);
        expect(sources.length > 0).toBe(covers(book.permissionsOf(roles), permission));
        expect(book.expand(roles)).toEqual(expect.arrayContaining(sources));
      }),
    );
  });
});

describe('being within', () => {
  it('holds for a list and itself', () => {
    fc.assert(fc.property(held, (list) => isWithin(list, list)));
  });

  it('is passed on', () => {
    fc.assert(fc.property(held, held, held, (a, b, c) => !isWithin(a, b) || !isWithin(b, c) || isWithin(a, c)));
  });

  it('means that whatever the one covers the other covers too, for every permission of the catalogue', () => {
    fc.assert(
      fc.property(held, held, (inner, outer) => {
        fc.pre(isWithin(inner, outer));
        expect(meaningOf(outer)).toEqual(expect.arrayContaining(meaningOf(inner)));
      }),
    );
  });

  it('is the same as being covered where no wildcard is involved', () => {
    fc.assert(
      fc.property(fc.subarray([...EXAMPLE_PERMISSIONS]), held, (inner, outer) => {
        expect(isWithin(inner, outer)).toBe(inner.every((permission) => covers(outer, permission)));
      }),
    );
  });

  it.each([
    [['treasury:*'], ['treasury:accounts:*', 'treasury:transfers:*', 'treasury:vault:*']],
    [['*'], [...EXAMPLE_PERMISSIONS]],
    [['*'], ['auth:*', 'treasury:*', 'archives:*']],
    [['treasury:accounts:*'], ['treasury:accounts:open', 'treasury:accounts:read', 'treasury:accounts:read-any']],
  ])('does not hold for %j and %j: tomorrow the wildcard may cover more', (inner, outer) => {
    expect(isWithin(inner, outer)).toBe(false);
  });

  it('holds for nothing at all', () => {
    expect(isWithin([], [])).toBe(true);
  });
});
