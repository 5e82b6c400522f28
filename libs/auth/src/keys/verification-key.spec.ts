import { createPublicKey, generateKeyPairSync, type JsonWebKey } from 'node:crypto';

import { importKeys } from './verification-key.js';

const ec = (namedCurve: string): JsonWebKey =>
  generateKeyPairSync('ec', { namedCurve }).publicKey.export({ format: 'jwk' });
const rsa = (modulusLength: number, publicExponent = 65_537): JsonWebKey =>
  generateKeyPairSync('rsa', { modulusLength, publicExponent }).publicKey.export({ format: 'jwk' });

const p256 = ec('P-256');
const rsa2048 = rsa(2048);
const es256 = (members: object = {}) => ({ ...p256, kid: 'one', alg: 'ES256', use: 'sig', ...members });
const rs256 = (members: object = {}) => ({ ...rsa2048, kid: 'two', alg: 'RS256', use: 'sig', ...members });

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

  it('may be empty: then nobody is believed', () => {
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
    ['a key for HMAC', es256({ alg: 'HS256' })],
    ['a key for no signature at all', es256({ alg: 'none' })],
    ['a key for another algorithm than its type', es256({ alg: 'RS256' })],
    ['an RSA key for ES256', rs256({ alg: 'ES256' })],
    ['a key without algorithm', es256({ alg: undefined })],
    ['a key to encrypt with', es256({ use: 'enc' })],
    ['a key that may only sign', es256({ key_ops: ['sign'] })],
    ['a key without id', es256({ kid: undefined })],
    ['a key with a path as id', es256({ kid: '../keys/one' })],
    ['a key with an id that is too long', es256({ kid: 'k'.repeat(65) })],
    ['a key on curve P-384', { ...ec('P-384'), kid: 'one', alg: 'ES256' }],
    ['a key on curve secp256k1', { ...ec('secp256k1'), kid: 'one', alg: 'ES256' }],
    ['a point that is not on its curve', offCurve],
    ['an RSA key of 1024 bits', { ...rsa(1024), kid: 'weak', alg: 'RS256' }],
    ['an RSA key of exponent 1', rs256({ e: 'AQ' })],
    ['an RSA key of exponent 3', rs256({ e: 'Aw' })],
    ['a key of another kind', { kty: 'OKP', crv: 'Ed25519', x: 'AAAA', kid: 'ed', alg: 'EdDSA' }],
    ['what is no key', 'text'],
  ])('is refused as a whole if it holds %s', (_, bad) => {
    expect(() => importKeys({ keys: [es256({ kid: 'good' }), bad] })).toThrow();
  });

  it('is refused if it names one id twice', () => {
    expect(() => importKeys({ keys: [es256(), es256()] })).toThrow('The key set names one kid twice');
    expect(() => importKeys({ keys: [es256(), rs256({ kid: 'one' })] })).toThrow('The key set names one kid twice');
  });

  it.each([undefined, null, [], 'text', {}, { keys: {} }, { keys: Array(33).fill(es256()) }])(
    'is refused if it is %j',
    (value) => {
      expect(() => importKeys(value)).toThrow();
    },
  );

  it('does not repeat what is secret in its refusal', () => {
    const { d = '' } = privateEc;
    expect(() => importKeys({ keys: [es256(privateEc)] })).toThrow('private or secret members');
    expect(() => importKeys({ keys: [es256(privateEc)] })).not.toThrow(d);
  });
});
