import { randomUUID } from 'node:crypto';
import { ALL_PERMISSIONS, type Role, ROLES } from '@citadel/contracts';
import { type Clearance, CLEARANCES, covers, isCleared, RoleBook } from '@citadel/protocol';
import fc from 'fast-check';

import { type Outcome, type Power, refuseChange, refuseRole, refuseStop } from './power.js';

const book = new RoleBook(ROLES);
const somebody = (role?: Role, clearance: Clearance = 'restricted'): Power => ({
  id: randomUUID(),
  permissions: role ? book.heldBy([role]) : [],
  clearance,
});
const of = (role?: Role, clearance: Clearance = 'restricted'): Outcome => somebody(role, clearance);

describe('stopping a user', () => {
  const both = (...roles: Role[]): Power => ({ ...somebody(), permissions: book.heldBy(roles) });

  it.each([
    ['a warden stops a citizen', somebody('warden'), somebody('citizen')],
    ['a warden stops a treasurer with a higher clearance', somebody('warden'), somebody('treasurer', 'sealed')],
    ['a warden stops an auditor', somebody('warden'), somebody('auditor')],
    ['a sovereign stops a warden', somebody('sovereign'), somebody('warden')],
  ])('is allowed: %s', (_, actor, target) => {
    expect(refuseStop(actor, target)).toBeUndefined();
  });

  it.each([
    ['a warden stops a sovereign', somebody('warden'), somebody('sovereign')],
    ['a warden stops a warden who holds more otherwise', somebody('warden'), both('warden', 'treasurer')],
    ['an auditor stops a warden', somebody('auditor'), somebody('warden')],
    ['a teller stops a citizen', somebody('teller'), somebody('citizen')],
  ])('is refused: %s', (_, actor, target) => {
    expect(refuseStop(actor, target)).toMatchObject({ code: 'beyond-your-power', status: 403 });
  });

  it('is never for oneself', () => {
    const warden = somebody('warden');
    expect(refuseStop(warden, warden)).toMatchObject({ code: 'self-change' });
  });
});

describe('a change of power', () => {
  it.each([
    ['a sovereign makes a citizen a treasurer', somebody('sovereign'), somebody('citizen'), of('treasurer')],
    ['a sovereign makes a sovereign', somebody('sovereign'), somebody('citizen'), of('sovereign')],
    ['a sovereign demotes a sovereign', somebody('sovereign'), somebody('sovereign'), of()],
    ['a warden makes a warden of somebody without power', somebody('warden'), somebody(), of('warden')],
    ['a treasurer takes a teller’s role', somebody('treasurer'), somebody('teller'), of()],
    ['somebody sealed lifts a clearance to sealed', somebody('warden', 'sealed'), somebody(), of(undefined, 'sealed')],
  ])('is allowed: %s', (_, actor, target, after) => {
    expect(refuseChange(actor, target, after)).toBeUndefined();
  });

  it.each([
    ['a warden makes a sovereign', somebody('warden'), somebody(), of('sovereign')],
    ['a warden gives what is not theirs', somebody('warden'), somebody(), of('teller')],
    ['a warden demotes a sovereign', somebody('warden'), somebody('sovereign'), of()],
    ['a teller makes a treasurer', somebody('teller'), somebody(), of('treasurer')],
    ['a clearance beyond one’s own', somebody('sovereign'), somebody(), of(undefined, 'secret')],
    ['somebody cleared higher', somebody('sovereign'), somebody('citizen', 'secret'), of('citizen')],
  ])('is refused: %s', (_, actor, target, after) => {
    expect(refuseChange(actor, target, after)?.code).toBe('beyond-your-power');
  });

  it.each(['sovereign', 'warden', 'citizen'] as const)('is refused to a %s for themselves, even downward', (role) => {
    const actor = somebody(role);
    expect(refuseChange(actor, actor, { ...actor, permissions: [] })?.code).toBe('self-change');
    expect(refuseChange(actor, actor, actor)?.code).toBe('self-change');
  });

  const permissions = fc.subarray([...ALL_PERMISSIONS, 'treasury:*', 'auth:*', 'auth:users:*', 'archives:*', '*']);
  const outcome = fc.record({ permissions, clearance: fc.constantFrom(...CLEARANCES) });
  const power = fc.record({
    id: fc.constantFrom('a', 'b', 'c'),
    permissions,
    clearance: fc.constantFrom(...CLEARANCES),
  });

  it('gives no user anything that its author does not hold', () => {
    fc.assert(
      fc.property(power, power, outcome, (actor, target, after) => {
        if (refuseChange(actor, target, after)) return;
        const gained = ALL_PERMISSIONS.filter((permission) => covers(after.permissions, permission));
        expect(gained.filter((permission) => !covers(actor.permissions, permission))).toEqual([]);
        expect(isCleared(actor.clearance, after.clearance)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('changes no user who holds anything that its author does not', () => {
    fc.assert(
      fc.property(power, power, outcome, (actor, target, after) => {
        if (refuseChange(actor, target, after)) return;
        expect(target.id).not.toBe(actor.id);
        expect(target.permissions.filter((held) => !covers(actor.permissions, held))).toEqual([]);
        expect(isCleared(actor.clearance, target.clearance)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a role', () => {
  it('is made by those who hold all that it would give', () => {
    expect(refuseRole(somebody('warden'), ['auth:users:read', 'auth:keys:*'])).toBeUndefined();
  });

  it.each([['*'], ['treasury:vault:draw'], ['treasury:*']])('is refused to a warden for %s', (permission) => {
    expect(refuseRole(somebody('warden'), ['auth:users:read', permission])?.code).toBe('beyond-your-power');
  });

  it('refuses a wildcard to those who hold only what it covers today', () => {
    const actor = { ...somebody(), permissions: [...ALL_PERMISSIONS] };
    expect(refuseRole(actor, [...ALL_PERMISSIONS])).toBeUndefined();
    expect(refuseRole(actor, ['treasury:*'])?.code).toBe('beyond-your-power');
  });
});
