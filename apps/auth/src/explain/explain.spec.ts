import { ACCESS_TABLE, ALL_ROLES, OPERATIONS, ROLES } from '@citadel/contracts';
import { covers, RoleBook } from '@citadel/protocol';

import { explain, type Explained, requirementsOf } from './explain.js';

const book = new RoleBook(ROLES, [
  { name: 'cashier', permissions: ['treasury:transfers:create'], inherits: [] },
  { name: 'head-cashier', permissions: [], inherits: ['cashier', 'scribe'] },
]);
const user = (roles: readonly string[], members: Partial<Explained> = {}): Explained => ({
  roles,
  clearance: 'restricted',
  isDisabled: false,
  ...members,
});

describe('an explanation', () => {
  it('names the role that gives the permission', () => {
    const answer = explain({ permissions: ['treasury:transfers:create'] }, user(['teller', 'scribe']), book);
    expect(answer.isAllowed).toBe(true);
    expect(answer.reasons).toContain('treasury:transfers:create comes from teller');
  });

  it('names the inherited role that gives it, not the heir', () => {
    const answer = explain({ permissions: ['treasury:transfers:create'] }, user(['head-cashier']), book);
    expect(answer.reasons).toContain('treasury:transfers:create comes from cashier');
  });

  it('names the permission that is missing, and the roles that do not give it', () => {
    const answer = explain({ permissions: ['treasury:vault:draw'] }, user(['cashier', 'scribe']), book);
    expect(answer).toEqual({
      isAllowed: false,
      reasons: ['The user is enabled', 'treasury:vault:draw is missing: none of the roles [cashier, scribe] gives it'],
    });
  });

  it('has a sentence for each requirement, met or not', () => {
    const required = {
      permissions: ['auth:keys:read', 'treasury:vault:draw'],
      clearance: 'secret',
      recentLogin: 900,
    } as const;
    const { isAllowed, reasons } = explain(required, user(['auditor']), book);
    expect(isAllowed).toBe(false);
    expect(reasons).toEqual([
      'The user is enabled',
      'auth:keys:read comes from auditor',
      'treasury:vault:draw is missing: none of the roles [auditor] gives it',
      'The clearance secret is needed, restricted is held',
      'The login must be at most 900 seconds old',
    ]);
  });

  it.each([
    [['teller'], true, 'The role teller is held'],
    [['treasurer'], true, 'The role teller is held'],
    [['scribe'], false, 'One of the roles teller, auditor is missing'],
  ])('knows for %j that one of two roles is enough', (roles, isAllowed, reason) => {
    const answer = explain({ roles: ['teller', 'auditor'] }, user(roles), book);
    expect(answer.isAllowed).toBe(isAllowed);
    expect(answer.reasons).toContain(reason);
  });

  it('says that a disabled user may do nothing but what anyone may', () => {
    const disabled = user(['sovereign'], { isDisabled: true });
    expect(explain({ permissions: ['auth:users:read'] }, disabled, book).isAllowed).toBe(false);
    expect(explain({}, disabled, book)).toEqual({ isAllowed: false, reasons: ['The user is disabled'] });
    expect(explain({ public: true }, disabled, book).isAllowed).toBe(true);
  });

  it('agrees with the access table for every operation and every role', () => {
    for (const [operation, required] of Object.entries(ACCESS_TABLE)) {
      for (const role of ALL_ROLES) {
        const held = book.permissionsOf([role]);
        const isAllowed = (required.permissions ?? []).every((permission) => covers(held, permission));
        expect([operation, role, explain(required, user([role], { clearance: 'sealed' }), book).isAllowed]).toEqual([
          operation,
          role,
          isAllowed,
        ]);
      }
    }
  });
});

describe('the requirements of an operation', () => {
  it.each(OPERATIONS.map(({ id }) => id))('are known for %s', (operation) => {
    expect(requirementsOf(operation)).toBeDefined();
  });

  it.each(['treasury.close', 'constructor', '__proto__', 'toString', ''])('are not made up for %j', (operation) => {
    expect(requirementsOf(operation)).toBeUndefined();
  });
});
