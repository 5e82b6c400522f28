import { testPrincipal } from '../testing/index.js';
import type { AccessRule } from './access-rule.js';
import { decide } from './decide.js';

const now = new Date('2026-11-24T12:00:00Z');
const agoMinutes = (minutes: number) => new Date(now.getTime() - minutes * 60_000);
const nobody = undefined;
const citizen = testPrincipal();
const teller = testPrincipal({
  roles: ['teller'],
  permissions: ['treasury:accounts:*', 'archives:documents:read'],
  clearance: 'secret',
  authenticatedAt: agoMinutes(10),
});

const isPublic: AccessRule = { kind: 'public' };
const authenticated: AccessRule = { kind: 'authenticated' };
const roles = (...anyOf: string[]): AccessRule => ({ kind: 'roles', anyOf });
const permissions = (...allOf: string[]): AccessRule => ({ kind: 'permissions', allOf });
const clearance = (atLeast: 'public' | 'restricted' | 'secret' | 'sealed'): AccessRule => ({
  kind: 'clearance',
  atLeast,
});
const recentLogin = (minutes: number): AccessRule => ({ kind: 'recent-login', maxAge: minutes * 60 });

describe('the access decision', () => {
  it.each([
    ['nobody where nothing is declared', [], nobody, 'undeclared-access'],
    ['a sovereign where nothing is declared', [], testPrincipal({ permissions: ['*'] }), 'undeclared-access'],
    ['nobody where a token is needed', [authenticated], nobody, 'unauthenticated'],
    ['nobody where a role is needed', [roles('teller')], nobody, 'unauthenticated'],
    ['nobody where a permission is needed', [permissions('treasury:accounts:open')], nobody, 'unauthenticated'],
    ['nobody where a clearance is needed, even the lowest', [clearance('public')], nobody, 'unauthenticated'],
    ['nobody where public and a rule stand together', [isPublic, authenticated], nobody, 'unauthenticated'],
    ['nobody, in the other order too', [authenticated, isPublic], nobody, 'unauthenticated'],
    ['who has none of the roles', [roles('treasurer', 'auditor')], teller, 'missing-role'],
    ['a role in other letters', [roles('Teller')], teller, 'missing-role'],
    ['everybody where the list of roles is empty', [roles()], teller, 'missing-role'],
    ['who lacks the permission', [permissions('archives:documents:file')], teller, 'missing-permission'],
    [
      'who holds one of two permissions',
      [permissions('treasury:accounts:open', 'treasury:vault:draw')],
      teller,
      'missing-permission',
    ],
    [
      'who holds the permission by half its name',
      [permissions('archives:documents:read-any')],
      teller,
      'missing-permission',
    ],
    [
      'who passes the class’s rule and not the method’s',
      [permissions('treasury:vault:draw'), roles('teller')],
      teller,
      'missing-permission',
    ],
    [
      'who passes the method’s rule and not the class’s',
      [permissions('treasury:accounts:open'), roles('auditor')],
      teller,
      'missing-role',
    ],
    ['who is not cleared for it', [clearance('sealed')], teller, 'insufficient-clearance'],
    ['who logged in too long ago', [recentLogin(9)], teller, 'insufficient-user-authentication'],
    [
      'whose login has no date',
      [recentLogin(9)],
      testPrincipal({ authenticatedAt: undefined }),
      'insufficient-user-authentication',
    ],
  ] as const)('refuses %s', (_, rules, principal, code) => {
    expect(decide(rules, principal, now)?.code).toBe(code);
  });

  it.each([
    ['nobody where it is public', [isPublic], nobody],
    ['nobody where class and method are public', [isPublic, isPublic], nobody],
    ['anybody with a token', [authenticated], citizen],
    ['who has one of the roles', [roles('auditor', 'teller')], teller],
    [
      'who holds the permissions through a wildcard',
      [permissions('treasury:accounts:open', 'treasury:accounts:read')],
      teller,
    ],
    [
      'who passes the rules of both class and method',
      [permissions('archives:documents:read'), roles('teller')],
      teller,
    ],
    ['who is cleared for it', [clearance('secret')], teller],
    ['who is cleared for more', [clearance('restricted')], teller],
    ['who logged in just in time', [recentLogin(10)], teller],
  ] as const)('lets in %s', (_, rules, principal) => {
    expect(decide(rules, principal, now)).toBeUndefined();
  });

  it('names what is missing', () => {
    expect(decide([permissions('treasury:accounts:open', 'treasury:vault:draw')], teller)?.toBody()).toMatchObject({
      status: 403,
      permission: 'treasury:vault:draw',
    });
    expect(decide([roles('treasurer', 'auditor')], teller)?.toBody()).toMatchObject({
      status: 403,
      roles: ['treasurer', 'auditor'],
    });
    expect(decide([recentLogin(5)], teller, now)?.toBody()).toMatchObject({ status: 401, maxAge: 300 });
  });
});
