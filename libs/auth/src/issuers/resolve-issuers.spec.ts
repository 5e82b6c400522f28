import { resolveOptions } from '../auth.options.js';
import { localIssuer } from '../testing/index.js';
import type { IssuerOptions } from './issuer-options.js';
import { TrustedIssuers } from './trusted-issuers.js';

const one = { issuer: 'https://one.test', keys: localIssuer().keys };
const two = { issuer: 'https://two.test', keys: localIssuer().keys };
const resolved = (...issuers: [IssuerOptions, ...IssuerOptions[]]) => resolveOptions({ audience: 'orders', issuers });

describe('several issuers', () => {
  it.each<[string, [IssuerOptions, ...IssuerOptions[]], string]>([
    ['of one name', [one, { ...one, idPrefix: 'b' }], 'Two of the issuers have the same name'],
    ['whose users could have the same id', [one, two], 'give each issuer an idPrefix of its own'],
  ])('are refused: %s', (_, issuers, fault) => {
    expect(() => resolved(...issuers)).toThrow(fault);
  });

  it('are refused next to a single one', () => {
    const both = { audience: 'orders', ...one, issuers: [two] as const };
    expect(() => resolveOptions(both)).toThrow('takes an issuer or issuers, not both');
  });

  it('are refused if there is none', () => {
    expect(() => resolveOptions({ audience: 'orders', issuers: [] as never })).toThrow('needs an issuer');
  });

  it('cannot name a user of another one', async () => {
    const first = localIssuer({ issuer: 'https://one.test' });
    const second = localIssuer({ issuer: 'https://two.test' });
    const issuers = new TrustedIssuers(
      resolved(
        { issuer: first.issuer, keys: first.keys },
        { issuer: second.issuer, keys: second.keys, idPrefix: 'two|' },
      ).issuers,
    );
    issuers.start();
    await new Promise((resolve) => setImmediate(resolve));
    expect(await issuers.verify(first.tokenFor('orders', { sub: 'ada' }))).toMatchObject({ id: 'ada' });
    expect(await issuers.verify(second.tokenFor('orders', { sub: 'ada' }))).toMatchObject({ id: 'two|ada' });
    expect(await issuers.verify(first.tokenFor('orders', { sub: 'two|ada' }))).toBeUndefined();
    expect(await issuers.verify(localIssuer({ issuer: 'https://three.test' }).tokenFor('orders'))).toBeUndefined();
    issuers.stop();
  });
});

describe('the format of an issuer’s tokens', () => {
  it.each(['alg', 'typ', 'kid', 'crit', 'jku', 'jwk', 'x5u', 'x5c', 'b64', 'zip', 'enc', 'cty'])(
    'cannot have %s ignored',
    (name) => {
      expect(() => resolved({ ...one, format: { ignoredHeaders: [name] } })).toThrow(`must not name ${name}`);
    },
  );

  it.each([0, 16_385])('cannot have a maximum of %i characters', (maximumLength) => {
    expect(() => resolved({ ...one, format: { maximumLength } })).toThrow(RangeError);
  });

  it.each([
    ['none', {}, []],
    ['those of an ID token where its typ is accepted', { types: ['JWT'] as const }, ['nonce', 'at_hash', 'c_hash']],
    ['those of an ID token where none is needed', { typeMayBeMissing: true }, ['nonce', 'at_hash', 'c_hash']],
    ['none, if the service says so', { types: ['JWT'] as const, refused: [] }, []],
  ])('refuses claims: %s', (_, format, refused) => {
    expect(resolved({ ...one, format })).toMatchObject({ issuers: [{ format: { refused } }] });
  });
});

describe('the claims that a service keeps', () => {
  const issuer = localIssuer();
  const verified = async (claims: object) => {
    const options = { issuer: issuer.issuer, keys: issuer.keys, keepClaims: ['tenant', 'address', 'toString'] };
    const issuers = new TrustedIssuers(resolved(options).issuers);
    issuers.start();
    await new Promise((resolve) => setImmediate(resolve));
    const principal = await issuers.verify(issuer.tokenFor('orders', { ...claims }));
    issuers.stop();
    return principal?.claims;
  };

  it('are on the principal, and no other', async () => {
    expect(await verified({ tenant: 7, other: 8 })).toEqual({ tenant: 7 });
  });

  it('cannot be changed, because all calls of a token share them', async () => {
    const claims = await verified({ address: { lines: ['a'] } });
    expect(() => Object.assign((claims?.['address'] as { lines: string[] }).lines, ['b'])).toThrow(TypeError);
  });
});
