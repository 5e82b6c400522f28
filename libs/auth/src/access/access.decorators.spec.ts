import { CLEARANCES, isCleared } from '@citadel/protocol';
import fc from 'fast-check';

import { testPrincipal } from '../testing/index.js';
import {
  Authenticated,
  Public,
  RequireClearance,
  RequirePermissions,
  RequireRecentLogin,
  Roles,
} from './access.decorators.js';
import { type AccessDecorator, isPublic, rulesOf } from './access-rule.js';
import { decide } from './decide.js';

/** What a handler with these decorators, of a class with those, asks for. */
function declared(method: readonly AccessDecorator[], type: readonly AccessDecorator[] = []) {
  class Vault {
    open(): void {
      return undefined;
    }
  }
  const descriptor = { value: Vault.prototype.open };
  for (const decorator of method) decorator(Vault.prototype, 'open', descriptor);
  for (const decorator of type) decorator(Vault);
  return rulesOf(Vault.prototype.open, Vault);
}

describe('a decorator', () => {
  it.each([
    [Public(), { kind: 'public' }],
    [Authenticated(), { kind: 'authenticated' }],
    [Roles('teller', 'auditor'), { kind: 'roles', anyOf: ['teller', 'auditor'] }],
    [RequirePermissions('treasury:vault:draw'), { kind: 'permissions', allOf: ['treasury:vault:draw'] }],
    [RequireClearance('secret'), { kind: 'clearance', atLeast: 'secret' }],
    [RequireRecentLogin(15), { kind: 'recent-login', maxAge: 900 }],
  ])('declares its rule, on a method and on a class', (decorator, rule) => {
    expect(declared([decorator])).toEqual([rule]);
    expect(declared([], [decorator])).toEqual([rule]);
  });

  it('adds to its class and never replaces it', () => {
    const rules = declared(
      [RequireRecentLogin(5)],
      [RequirePermissions('treasury:vault:draw'), RequireClearance('secret')],
    );
    expect(rules.map(({ kind }) => kind).sort()).toEqual(['clearance', 'permissions', 'recent-login']);
  });

  it('adds the rules of a class to those of the class that it extends, and never replaces them', () => {
    @Roles('auditor')
    class Base {
      open(): void {
        return undefined;
      }
    }
    @Authenticated()
    class Derived extends Base {}
    const kinds = rulesOf(Derived.prototype.open, Derived).map(({ kind }) => kind);
    expect(kinds.sort()).toEqual(['authenticated', 'roles']);
  });

  it.each([
    [['teller'], 'missing-role'],
    [['auditor'], 'missing-role'],
    [['teller', 'auditor'], undefined],
  ])('given twice asks for a role of each list: %j', (roles, refused) => {
    const rules = declared([Roles('teller'), Roles('auditor')]);
    expect(decide(rules, testPrincipal({ roles }))?.code).toBe(refused);
  });

  it('cannot open a method of a class that is restricted', () => {
    expect(isPublic(declared([Public()], [Authenticated()]))).toBe(false);
    // What declares nothing is authenticated before it is refused.
    expect(isPublic([])).toBe(false);
  });
});

describe('a required clearance', () => {
  it.each(CLEARANCES.flatMap((held) => CLEARANCES.map((asked) => [held, asked] as const)))(
    'decides for a user cleared for %s and a document that is %s',
    (held, asked) => {
      const refusal = decide(declared([RequireClearance(asked)]), testPrincipal({ clearance: held }));
      expect(refusal?.code).toBe(isCleared(held, asked) ? undefined : 'insufficient-clearance');
    },
  );

  it('names what is missing', () => {
    const refusal = decide(declared([RequireClearance('sealed')]), testPrincipal({ clearance: 'secret' }));
    expect(refusal?.toBody()).toMatchObject({ status: 403, detail: 'Needs the clearance sealed' });
  });
});

describe('a required recent login', () => {
  const now = new Date('2026-11-24T12:00:00Z');

  it('admits a user who logged in within the minutes, and refuses after that', () => {
    const minutes = fc.integer({ min: 1, max: 600 });
    const seconds = fc.integer({ min: 0, max: 40_000 });
    fc.assert(
      fc.property(minutes, seconds, (allowed, age) => {
        const authenticatedAt = new Date(now.getTime() - age * 1000);
        const refusal = decide(declared([RequireRecentLogin(allowed)]), testPrincipal({ authenticatedAt }), now);
        expect(refusal?.code).toBe(age <= allowed * 60 ? undefined : 'insufficient-user-authentication');
      }),
    );
  });

  it('says how recent it must be, and the way out', () => {
    const principal = testPrincipal({ authenticatedAt: undefined });
    expect(decide(declared([RequireRecentLogin(15)]), principal, now)?.toBody()).toMatchObject({
      status: 401,
      maxAge: 900,
      detail: 'Log in again: this needs a login of the last 15 minutes',
    });
  });

  it('counts where it is asked for twice: the shorter time decides', () => {
    const authenticatedAt = new Date(now.getTime() - 600_000);
    const rules = declared([RequireRecentLogin(5)], [RequireRecentLogin(60)]);
    expect(decide(rules, testPrincipal({ authenticatedAt }), now)?.details.maxAge).toBe(300);
  });

  it.each([0, -1, NaN, -Infinity])('cannot be of %d minutes', (minutes) => {
    expect(() => RequireRecentLogin(minutes)).toThrow(RangeError);
  });
});
