import { constants, createPublicKey, generateKeyPair, type KeyObject, sign } from 'node:crypto';
import { promisify } from 'node:util';
import { PublicJwk } from '@citadel/contracts';
import type { Algorithm } from '@citadel/auth';

const generate = promisify(generateKeyPair);

/** A new private key for an algorithm: P-256, or RSA with 3072 bits (NIST SP 800-57: good beyond 2030). */
export async function newPrivateKey(algorithm: Algorithm): Promise<KeyObject> {
  const { privateKey } =
    algorithm === 'ES256'
      ? await generate('ec', { namedCurve: 'P-256' })
      : await generate('rsa', { modulusLength: 3072 });
  return privateKey;
}

/** What may be published of a key; the schema has no room for a private member. */
export function publicJwkOf(privateKey: KeyObject, kid: string, alg: Algorithm): PublicJwk {
  return PublicJwk.parse({ ...createPublicKey(privateKey).export({ format: 'jwk' }), kid, alg, use: 'sig' });
}

/** A compact JWS (RFC 7515 §7.1) of `typ` `at+jwt` (RFC 9068 §2.1). */
export function signToken(claims: object, key: KeyObject, kid: string, alg: Algorithm): string {
  const input = [{ alg, typ: 'at+jwt', kid }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${input}.${signatureOf(Buffer.from(input), key, alg).toString('base64url')}`;
}

function signatureOf(input: Buffer, key: KeyObject, algorithm: Algorithm): Buffer {
  switch (algorithm) {
    case 'ES256':
      return sign('sha256', input, { key, dsaEncoding: 'ieee-p1363' });
    case 'RS256':
      return sign('sha256', input, { key, padding: constants.RSA_PKCS1_PADDING });
    case 'PS256':
      return sign('sha256', input, {
        key,
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
      });
  }
}
