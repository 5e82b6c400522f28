import { CLEARANCES } from '@citadel/protocol';

import { principalFrom } from './claims.js';
import { TokenRefusal } from './token-text.js';

const now = new Date('2026-11-24T00:00:00Z');
const seconds = now.getTime() / 1000;
const limits = { maximumLifetime: 3600, clockTolerance: 5, clearances: CLEARANCES };
const usual = {
  iss: 'https://issuer.test',
  sub: 'ada',
  aud: 'orders',
  iat: seconds,
  exp: seconds + 300,
  jti: 'token-1',
  client_id: 'web',
};
const principalOf = (claims: object) => principalFrom({ ...usual, ...claims }, limits, now, '');

describe('a principal', () => {
  it('is what the claims say', () => {
    const more = {
      sid: 's',
      auth_time: seconds - 60,
      amr: ['pwd'],
      roles: ['teller'],
      permissions: ['treasury:*'],
      clearance: 'secret',
      gen: [3, 7],
    };
    expect(principalOf(more)).toEqual({
      id: 'ada',
      issuer: 'https://issuer.test',
      sessionId: 's',
      tokenId: 'token-1',
      clientId: 'web',
      roles: ['teller'],
      permissions: ['treasury:*'],
      clearance: 'secret',
      authenticatedAt: new Date(now.getTime() - 60_000),
      authenticationMethods: ['pwd'],
      expiresAt: new Date(now.getTime() + 300_000),
      generation: { all: 3, subject: 7 },
      claims: {},
    });
  });

  it('may do nothing, and sees what is public, unless the claims say more', () => {
    expect(principalOf({})).toMatchObject({
      roles: [],
      permissions: [],
      clearance: 'public',
      generation: { all: 0, subject: 0 },
    });
  });

  it('has the levels of a system that has its own, and the lowest unless the claims say more', () => {
    const clearances = ['open', 'cosmic'] as const;
    const clearanceOf = (claims: object) =>
      principalFrom({ ...usual, ...claims }, { ...limits, clearances }, now, '').clearance;
    expect([clearanceOf({}), clearanceOf({ clearance: 'cosmic' })]).toEqual(['open', 'cosmic']);
    expect(() => clearanceOf({ clearance: 'sealed' })).toThrow(TokenRefusal);
  });

  it('cannot be changed by a handler that all later requests with this token would share it with', () => {
    const principal = principalOf({ roles: ['teller'] });
    expect(Object.isFrozen(principal)).toBe(true);
    expect(() => (principal.permissions as string[]).push('*')).toThrow(TypeError);
    expect(() => (principal.roles as string[]).push('sovereign')).toThrow(TypeError);
    expect(() => Object.assign(principal.generation, { all: 9 })).toThrow(TypeError);
  });
});

describe('claims', () => {
  it.each<[string, object]>([
    ...['iss', 'sub', 'aud', 'exp', 'iat', 'jti', 'client_id'].map(
      (name) => [`no ${name}`, { [name]: undefined }] as [string, object],
    ),
    ['an empty subject', { sub: '' }],
    ['a subject that is a number', { sub: 1 }],
    ['a token id that is an object', { jti: {} }],
    ['an expiry that is text', { exp: String(seconds + 300) }],
    ['an expiry with a fraction', { exp: seconds + 0.5 }],
    ['an expiry that is no number', { exp: NaN }],
    ['a date before 1970', { iat: -1 }],
    ['roles that are text', { roles: 'sovereign' }],
    ['a role that is an object', { roles: [{}] }],
    ['permissions that are an object', { permissions: { 0: '*', length: 1 } }],
    ['more permissions than anyone has', { permissions: Array.from({ length: 201 }, String) }],
    ['a clearance that does not exist', { clearance: 'cosmic' }],
    ['generations that are text', { gen: ['0', '0'] }],
    ['a negative generation', { gen: [0, -1] }],
    ['one generation', { gen: [1] }],
  ])('are refused with %s', (_, changed) => {
    expect(() => principalOf(changed)).toThrow(TokenRefusal);
    expect(() => principalOf(changed)).toThrow('claims are missing or of the wrong type');
  });

  it.each([null, undefined, 'text', [], 1])('are refused when they are %j', (payload) => {
    expect(() => principalFrom(payload, limits, now, '')).toThrow(TokenRefusal);
  });

  it('are refused when the token outlives the memory of revocations', () => {
    expect(() => principalOf({ exp: seconds + 3600 })).not.toThrow();
    expect(() => principalOf({ exp: seconds + 3601 })).toThrow('lives longer than allowed');
    // With a date of issue far in the future the life would look short.
    expect(() => principalOf({ iat: seconds + 80_000, exp: seconds + 83_600 })).toThrow('issued in the future');
  });

  it('may be issued a little in the future, as clocks differ', () => {
    expect(() => principalOf({ iat: seconds + 5 })).not.toThrow();
    expect(() => principalOf({ iat: seconds + 6 })).toThrow('issued in the future');
  });
});
