import { generateKeyPairSync } from 'node:crypto';
import { compactVerify } from 'jose';

import { openKeySet, signKeySet } from './key-set-entry.js';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const foreign = generateKeyPairSync('ed25519');
const keys = [{ kid: 'a' }];
const entry = signKeySet(keys, privateKey);

describe('a published key set', () => {
  it('is read with the public key, and by others as a JWS', async () => {
    expect(openKeySet(entry, [publicKey])).toEqual({ keys });
    const { payload, protectedHeader } = await compactVerify(entry, publicKey);
    expect(JSON.parse(new TextDecoder().decode(payload))).toEqual({ keys });
    expect(protectedHeader).toEqual({ alg: 'EdDSA', typ: 'jwk-set+jwt' });
  });

  it('is read with either key while one replaces the other', () => {
    expect(openKeySet(entry, [foreign.publicKey, publicKey])).toEqual({ keys });
  });

  const [header = '', payload = '', signature = ''] = entry.split('.');
  const other = Buffer.from(JSON.stringify({ keys: [] })).toString('base64url');
  const unsigned = Buffer.from('{"alg":"none"}').toString('base64url');
  it.each([
    ['nothing', ''],
    ['a set without a signature', JSON.stringify({ keys })],
    ['another payload', `${header}.${other}.${signature}`],
    ['another header', `${unsigned}.${payload}.${signature}`],
    ['no signature', `${header}.${payload}.`],
    ['a part too many', `${entry}.x`],
    ['the signature of another', signKeySet(keys, foreign.privateKey)],
  ])('is refused with %s', (_, value) => {
    expect(() => openKeySet(value, [publicKey])).toThrow('not signed with the publication key');
  });

  it('is refused by a reader without keys', () => {
    expect(() => openKeySet(entry, [])).toThrow('not signed');
  });
});
