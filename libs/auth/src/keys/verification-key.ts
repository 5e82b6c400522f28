import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';

export const ALGORITHMS = ['ES256', 'RS256', 'PS256'] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

/** A public key that may verify tokens of exactly one algorithm. */
export interface VerificationKey {
  readonly kid: string;
  readonly alg: Algorithm;
  readonly key: KeyObject;
}

const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

const Jwk = z.looseObject({
  kty: z.enum(['EC', 'RSA']),
  kid: z.string().regex(/^[\w.:~-]{1,64}$/, 'must be 1 to 64 of A-Z a-z 0-9 . _ : ~ -'),
  alg: z.enum(ALGORITHMS),
  use: z.literal('sig').optional(),
  key_ops: z
    .array(z.string())
    .refine((operations) => operations.includes('verify'))
    .optional(),
});

const JwkSet = z.object({ keys: z.array(z.unknown()).max(32) });

/**
 * Imports a JWK Set (RFC 7517 §5), whole or not at all: a set that holds a private member, a key id twice or a weak key
 * did not come from a sound publisher, and none of it is believed.
 *
 * @throws Error that names the fault, never the key
 */
export function importKeys(value: unknown): ReadonlyMap<string, VerificationKey> {
  const { keys } = JwkSet.parse(value);
  const ring = new Map<string, VerificationKey>();
  for (const jwk of keys) {
    const imported = importKey(jwk);
    if (ring.has(imported.kid)) throw new Error('The key set names one kid twice');
    ring.set(imported.kid, imported);
  }
  return ring;
}

function importKey(value: unknown): VerificationKey {
  const jwk = Jwk.parse(value);
  if (PRIVATE_MEMBERS.some((member) => member in jwk)) throw new Error('The key set holds private or secret members');
  // Node checks that the point of an EC key lies on its curve (RFC 8725 §3.4). The members are checked by Node, too.
  const key = createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' });
  const { namedCurve, modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
  const isSound =
    jwk.alg === 'ES256'
      ? key.asymmetricKeyType === 'ec' && namedCurve === 'prime256v1'
      : key.asymmetricKeyType === 'rsa' && modulusLength >= 2048 && publicExponent >= 65_537n;
  if (!isSound) throw new Error(`The key ${jwk.kid} is too weak for ${jwk.alg}, or made for another algorithm`);
  return { kid: jwk.kid, alg: jwk.alg, key };
}
