import { createPublicKey, generateKeyPairSync, type JsonWebKey } from 'node:crypto';

import { type Algorithm, importKeys } from './verification-key.js';

const ec = (namedCurve: string): JsonWebKey =>
  generateKeyPairSync('ec', { namedCurve }).publicKey.export({ format: 'jwk' });
const rsa = (modulusLength: number, publicExponent = 65_537): JsonWebKey =>
  generateKeyPairSync('rsa', { modulusLength, publicExponent }).publicKey.export({ format: 'jwk' });

const p256 = ec('P-256');
const rsa2048 = rsa(2048);
const es256 = (members: object = {}) => ({ ...p256, kid: 'one', alg: 'ES256', use: 'sig', ...members });
const rs256 = (members: object = {}) => ({ ...rsa2048, kid: 'two', alg: 'RS256', use: 'sig', ...members });

/** As the defective generator made them: a power of 65537 modulo many small primes. */
function rocaModulus(): string {
  const product = [
    3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103,
  ]
    .concat([107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167])
    .reduce((all, prime) => all * BigInt(prime), 2n);
  const power = Array.from({ length: 12_345 }).reduce<bigint>((value) => (value * 65_537n) % product, 1n);
  const modulus = ((1n << 2047n) / product) * product + product + power;
  return Buffer.from(modulus.toString(16).padStart(512, '0'), 'hex').toString('base64url');
}

describe('a key set', () => {
  it('gives each key the one algorithm that it is for', () => {
    const ring = importKeys({ keys: [es256(), rs256(), rs256({ kid: 'three', alg: 'PS256' })] });
    expect([...ring.values()].map(({ kid, alg }) => [kid, alg])).toEqual([
      ['one', 'ES256'],
      ['two', 'RS256'],
      ['three', 'PS256'],
    ]);
    expect(ring.get('one')?.key.equals(createPublicKey({ key: p256, format: 'jwk' }))).toBe(true);
  });

  it('may be empty: then no token is trusted', () => {
    expect(importKeys({ keys: [] }).size).toBe(0);
  });

  const privateEc = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
  const offCurve = es256({ x: p256.y, y: p256.x });
  it.each([
    ['a private key', es256(privateEc)],
    ['a private exponent', rs256({ d: 'AQAB' })],
    ['the primes of a private key', rs256({ p: 'AQAB', q: 'AQAB' })],
    ['a secret', { kty: 'oct', k: 'c2VjcmV0', kid: 'hmac', alg: 'HS256' }],
    ['a secret that calls itself EC', es256({ k: 'c2VjcmV0' })],
    ['a private key of a type that we cannot use', { kty: 'OKP', crv: 'Ed25519', x: 'AAAA', d: 'AAAA', kid: 'ed' }],
    ['a key for another algorithm than its type', es256({ alg: 'RS256' })],
    ['an RSA key for ES256', rs256({ alg: 'ES256' })],
    ['a key on curve P-384 for ES256', { ...ec('P-384'), kid: 'one', alg: 'ES256' }],
    ['a key on curve secp256k1 for ES256', { ...ec('secp256k1'), kid: 'one', alg: 'ES256' }],
    ['a point that is not on its curve', offCurve],
    ['an RSA key of 1024 bits', { ...rsa(1024), kid: 'weak', alg: 'RS256' }],
    ['an RSA key of exponent 1', rs256({ e: 'AQ' })],
    ['an RSA key of exponent 3', rs256({ e: 'Aw' })],
    ['an RSA key with the fingerprint of ROCA', rs256({ n: rocaModulus() })],
    ['what is no key', 'text'],
  ])('is refused as a whole if it holds %s', (_, bad) => {
    expect(() => importKeys({ keys: [es256({ kid: 'good' }), bad] })).toThrow();
  });

  it.each([
    ['a key for HMAC', es256({ alg: 'HS256' })],
    ['a key for no signature at all', es256({ alg: 'none' })],
    ['a key to encrypt with', rs256({ alg: 'RSA-OAEP', use: 'enc' })],
    ['a key of ours to encrypt with', es256({ use: 'enc' })],
    ['a key that may only sign', es256({ key_ops: ['sign'] })],
    ['a key without id', es256({ kid: undefined })],
    ['a key with an empty id', es256({ kid: '' })],
    ['a key with an id that is too long', es256({ kid: 'k'.repeat(257) })],
    ['a key on curve P-384', { ...ec('P-384'), kid: 'one', alg: 'ES384' }],
    ['a key on curve P-384 without algorithm', { ...ec('P-384'), kid: 'one' }],
    ['an RSA key without algorithm, where two are accepted', rs256({ alg: undefined })],
    ['a key of another type', { kty: 'OKP', crv: 'Ed25519', x: 'AAAA', kid: 'ed', alg: 'EdDSA' }],
    ['a key of a type that does not exist', { kty: 'PQ', kid: 'pq' }],
  ])('is used without %s', (_, other) => {
    expect([...importKeys({ keys: [other, es256({ kid: 'good' })] }).keys()]).toEqual(['good']);
  });

  it.each([
    'urn:ietf:params:oauth:jwk-thumbprint:sha-256:NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs',
    'a+b/c=',
    '2026-11-25T00:00:00Z @ über',
    '../keys/one',
    '__proto__',
  ])('takes any text as the id of a key: %s', (kid) => {
    expect(importKeys({ keys: [es256({ kid })] }).get(kid)?.alg).toBe('ES256');
  });

  it('may say that a key verifies, and no more', () => {
    expect(importKeys({ keys: [es256({ key_ops: ['verify'] })] }).size).toBe(1);
  });

  it('may leave out the algorithm where only one is possible', () => {
    const keys = [es256({ alg: undefined }), rs256({ alg: undefined })];
    const algorithmsOf = (...accepted: Algorithm[]) =>
      [...importKeys({ keys }, accepted).values()].map(({ alg }) => alg);
    expect(algorithmsOf('ES256', 'RS256')).toEqual(['ES256', 'RS256']);
    expect(algorithmsOf('PS256')).toEqual(['ES256', 'PS256']);
    expect(algorithmsOf('RS256', 'PS256')).toEqual(['ES256']);
  });

  it('is refused if it names one id twice', () => {
    expect(() => importKeys({ keys: [es256(), es256()] })).toThrow('The key set names one kid twice');
    expect(() => importKeys({ keys: [es256(), rs256({ kid: 'one' })] })).toThrow('The key set names one kid twice');
  });

  it.each([
    undefined,
    null,
    [],
    'text',
    {},
    { keys: {} },
    { keys: Array.from({ length: 33 }, (_, i) => es256({ kid: String(i) })) },
  ])('is refused if it is %j', (value) => {
    expect(() => importKeys(value)).toThrow();
  });

  it('does not repeat what is secret in its refusal', () => {
    const { d = '' } = privateEc;
    expect(() => importKeys({ keys: [es256(privateEc)] })).toThrow('private or secret members');
    expect(() => importKeys({ keys: [es256(privateEc)] })).not.toThrow(d);
  });
});
