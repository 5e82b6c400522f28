import type { AccessRule } from '@citadel/auth';
import { ALL_ROLES, treasury } from '@citadel/contracts';

import { matrixOf, requiredBy } from './matrix.js';
import { renderMarkdown, renderTable } from './render.js';

const rowOf = (...rules: AccessRule[]) => matrixOf([{ operation: treasury.openAccount, rules }])[0];
const allowedBy = (...rules: AccessRule[]) => ALL_ROLES.filter((role) => rowOf(...rules)?.roles[role]);

describe('what a handler’s rules add up to', () => {
  it.each<readonly [AccessRule[], object]>([
    [[{ kind: 'public' }], { public: true }],
    [[{ kind: 'authenticated' }], {}],
    [
      [
        { kind: 'permissions', allOf: ['auth:users:read'] },
        { kind: 'permissions', allOf: ['auth:keys:read'] },
      ],
      { permissions: ['auth:users:read', 'auth:keys:read'] },
    ],
    [[{ kind: 'roles', anyOf: ['teller', 'auditor'] }], { roles: ['teller', 'auditor'] }],
    [[{ kind: 'clearance', atLeast: 'secret' }], { clearance: 'secret' }],
    [
      [
        { kind: 'recent-login', maxAge: 900 },
        { kind: 'recent-login', maxAge: 300 },
      ],
      { recentLogin: 300 },
    ],
    // The start-up audit refuses it; a matrix that called it public would be the worse of two mistakes.
    [[{ kind: 'public' }, { kind: 'permissions', allOf: ['auth:users:read'] }], { permissions: ['auth:users:read'] }],
  ])('of %j', (rules, required) => {
    expect(requiredBy(rules)).toEqual(required);
  });

  it('is nothing that one could write down where nothing is declared', () => {
    expect(() => requiredBy([])).toThrow('declares no access rule');
  });
});

describe('a row of the matrix', () => {
  it('is open to anonymous callers only where it is public', () => {
    expect(rowOf({ kind: 'public' })?.anonymous).toBe(true);
    expect(rowOf({ kind: 'authenticated' })?.anonymous).toBe(false);
  });

  it('names those roles that hold every permission, through wildcards and inheritance too', () => {
    expect(allowedBy({ kind: 'permissions', allOf: ['treasury:accounts:open'] })).toEqual([
      'citizen',
      'teller',
      'treasurer',
      'sovereign',
    ]);
    expect(
      allowedBy(
        { kind: 'permissions', allOf: ['treasury:accounts:read'] },
        { kind: 'permissions', allOf: ['archives:documents:read'] },
      ),
    ).toEqual(['citizen', 'auditor', 'sovereign']);
  });

  it('names those who have one of the roles, through inheritance too', () => {
    expect(allowedBy({ kind: 'roles', anyOf: ['teller', 'auditor'] })).toEqual(['teller', 'treasurer', 'auditor']);
  });
});

describe('the matrix, written out', () => {
  const rows = matrixOf([
    {
      operation: treasury.openAccount,
      rules: [
        { kind: 'permissions', allOf: ['treasury:accounts:open'] },
        { kind: 'recent-login', maxAge: 900 },
      ],
    },
  ]);

  it('has a line for each operation, with what decides and a mark for each role', () => {
    expect(renderMarkdown(rows).split('\n')).toContain(
      '| `treasury.openAccount` | `POST /v1/treasury/accounts` | `treasury:accounts:open`, login within 15 min |  | ✓ | ✓ | ✓ |  |  |  |  | ✓ |',
    );
  });

  it('is a table for the services as well', () => {
    expect(renderTable(rows)).toContain(
      '"treasury.openAccount": {"permissions":["treasury:accounts:open"],"recentLogin":900},',
    );
  });
});
