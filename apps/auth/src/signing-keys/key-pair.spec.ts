import { ALGORITHMS, importKeys } from '@citadel/auth';
import { createLocalJWKSet, jwtVerify } from 'jose';

import { newPrivateKey, publicJwkOf, signToken } from './key-pair.js';

const issuer = 'https://citadel.test';
const expected = { issuer, audience: 'treasury', typ: 'at+jwt' };

describe.each(ALGORITHMS)('a key for %s', (algorithm) => {
  const begin = async () => {
    const privateKey = await newPrivateKey(algorithm);
    const jwk = publicJwkOf(privateKey, 'kid-1', algorithm);
    const now = Math.floor(Date.now() / 1000);
    const claims = { iss: issuer, aud: ['auth', 'treasury'], sub: 'somebody', iat: now, exp: now + 60 };
    return { privateKey, jwk, token: signToken(claims, privateKey, 'kid-1', algorithm) };
  };

  it('signs what an independent library verifies, and nothing that was changed', async () => {
    const { jwk, token } = await begin();
    const keys = createLocalJWKSet({ keys: [{ ...jwk } as never] });
    const { payload, protectedHeader } = await jwtVerify(token, keys, { ...expected, algorithms: [algorithm] });
    expect(payload.sub).toBe('somebody');
    expect(protectedHeader).toEqual({ alg: algorithm, typ: 'at+jwt', kid: 'kid-1' });

    const [header = '', claims = '', signature = ''] = token.split('.');
    const forged = Buffer.from(claims, 'base64url').toString().replace('somebody', 'sombody2');
    const bad = [header, Buffer.from(forged).toString('base64url'), signature].join('.');
    await expect(jwtVerify(bad, keys, expected)).rejects.toMatchObject({
      code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
    });
  });

  it('is published without anything private, and our own services import it', async () => {
    const { jwk } = await begin();
    const members = algorithm === 'ES256' ? ['crv', 'x', 'y'] : ['e', 'n'];
    expect(Object.keys(jwk).sort()).toEqual(['alg', 'kid', 'kty', 'use', ...members].sort());
    expect(importKeys({ keys: [jwk] }).get('kid-1')).toMatchObject({ alg: algorithm });
  });
});

it.each([
  ['RS256', 'PS256'],
  ['PS256', 'RS256'],
] as const)('a key for %s verifies nothing that is signed with %s', async (algorithm, other) => {
  const privateKey = await newPrivateKey(algorithm);
  const keys = createLocalJWKSet({ keys: [{ ...publicJwkOf(privateKey, 'kid-1', algorithm) } as never] });
  const token = signToken({ iss: issuer, aud: 'treasury' }, privateKey, 'kid-1', other);
  await expect(jwtVerify(token, keys, expected)).rejects.toThrow();
});
