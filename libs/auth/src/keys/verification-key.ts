import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';

import { MAXIMUM_KEYS } from './key-limit.js';
import { hasRocaFingerprint } from './roca.js';

export const ALGORITHMS = ['ES256', 'RS256', 'PS256'] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

/** A public key that may verify tokens of exactly one algorithm. */
export interface VerificationKey {
  readonly kid: string;
  readonly alg: Algorithm;
  readonly key: KeyObject;
}

/** Issuers use thumbprint URNs and dates; it is a map's key and nothing else. */
export const MAXIMUM_KID_LENGTH = 256;

const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

const JwkSet = z.object({ keys: z.array(z.record(z.string(), z.unknown())).max(MAXIMUM_KEYS) });

/** What a key must be for us to use it. Whether it is sound is another question. */
const Jwk = z.looseObject({
  kty: z.enum(['EC', 'RSA']),
  kid: z.string().min(1).max(MAXIMUM_KID_LENGTH),
  crv: z.string().optional(),
  alg: z.enum(ALGORITHMS).optional(),
  use: z.literal('sig').optional(),
  key_ops: z
    .array(z.string())
    .refine((operations) => operations.includes('verify'))
    .optional(),
});

/**
 * Imports a JWK Set. Keys that we cannot use (another type, curve, algorithm or use, no `kid`) are left out (RFC 7517 §5).
 * A set that holds a private member, a key id twice or a weak key did not come from a sound publisher, and none of it is
 * accepted.
 *
 * @param algorithms - for keys without `alg`: an RSA key is used if only one of these is for RSA
 * @throws Error that names the fault, never the key
 */
export function importKeys(
  value: unknown,
  algorithms: readonly Algorithm[] = ALGORITHMS,
): ReadonlyMap<string, VerificationKey> {
  const ring = new Map<string, VerificationKey>();
  for (const jwk of JwkSet.parse(value).keys) {
    const imported = importKey(jwk, algorithms);
    if (!imported) continue;
    if (ring.has(imported.kid)) throw new Error('The key set names one kid twice');
    ring.set(imported.kid, imported);
  }
  return ring;
}

/**
 * Of the keys in use, those that a refused set still holds: it can take a key away, and never bring one.
 *
 * @returns all of them if the value is no key set at all
 */
export function keysLeftBy(
  value: unknown,
  inUse: ReadonlyMap<string, VerificationKey>,
): ReadonlyMap<string, VerificationKey> {
  const refused = z.object({ keys: z.array(z.unknown()) }).safeParse(value);
  if (!refused.success) return inUse;
  const left = refused.data.keys.flatMap((jwk) => {
    const { kid } = z.object({ kid: z.string() }).safeParse(jwk).data ?? {};
    const used = kid === undefined ? undefined : inUse.get(kid);
    return used && isSameKey(jwk, used) ? [used] : [];
  });
  return new Map(left.map((key) => [key.kid, key]));
}

function isSameKey(jwk: unknown, { alg, key }: VerificationKey): boolean {
  try {
    return (
      importKeys({ keys: [jwk] }, [alg])
        .values()
        .next()
        .value?.key.equals(key) === true
    );
  } catch {
    return false;
  }
}

function importKey(value: Record<string, unknown>, algorithms: readonly Algorithm[]): VerificationKey | undefined {
  if (PRIVATE_MEMBERS.some((member) => member in value)) throw new Error('The key set holds private or secret members');
  const parsed = Jwk.safeParse(value);
  if (!parsed.success) return undefined;
  const jwk = parsed.data;
  const alg = jwk.alg ?? onlyAlgorithmFor(jwk, algorithms);
  if (alg === undefined) return undefined;
  // Node checks that the point of an EC key lies on its curve (RFC 8725 §3.4). The members are checked by Node, too.
  const key = createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' });
  if (!isSound(key, alg)) throw new Error(`The key ${jwk.kid} is too weak for ${alg}, or made for another algorithm`);
  return { kid: jwk.kid, alg, key };
}

function onlyAlgorithmFor({ kty, crv }: z.output<typeof Jwk>, algorithms: readonly Algorithm[]): Algorithm | undefined {
  if (kty === 'EC') return crv === 'P-256' ? 'ES256' : undefined;
  const [first, ...others] = algorithms.filter((algorithm) => algorithm !== 'ES256');
  return others.length === 0 ? first : undefined;
}

function isSound(key: KeyObject, alg: Algorithm): boolean {
  const { namedCurve, modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
  if (alg === 'ES256') return key.asymmetricKeyType === 'ec' && namedCurve === 'prime256v1';
  if (key.asymmetricKeyType !== 'rsa' || modulusLength < 2048 || publicExponent < 65_537n) return false;
  const { n = '' } = key.export({ format: 'jwk' });
  return !hasRocaFingerprint(BigInt(`0x${Buffer.from(n, 'base64url').toString('hex')}`));
}
