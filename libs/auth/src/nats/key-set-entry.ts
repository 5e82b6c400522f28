import { type KeyObject, sign, verify } from 'node:crypto';

/** The entry of the bucket that holds the whole JWK Set: one entry, so that a change is seen whole or not at all. */
export const KEY_SET_ENTRY = 'current';

/** The one header that is written and accepted: there is no algorithm to choose (RFC 8037 §3.1). */
const HEADER = Buffer.from(JSON.stringify({ alg: 'EdDSA', typ: 'jwk-set+jwt' })).toString('base64url');

/** A JWK Set as it is published: a compact JWS (RFC 7515 §7.1) with Ed25519; the same for the same set. */
export function signKeySet(keys: readonly object[], privateKey: KeyObject): string {
  const input = `${HEADER}.${Buffer.from(JSON.stringify({ keys })).toString('base64url')}`;
  return `${input}.${sign(null, Buffer.from(input), privateKey).toString('base64url')}`;
}

/**
 * The JWK Set in an entry.
 *
 * @param publicKeys - of who may publish keys: two while one replaces the other
 * @throws Error if none of them has signed it
 */
export function openKeySet(entry: string, publicKeys: readonly KeyObject[]): unknown {
  const [header, payload = '', signature = '', ...rest] = entry.split('.');
  const bytes = Buffer.from(signature, 'base64url');
  const isSigned =
    header === HEADER &&
    rest.length === 0 &&
    publicKeys.some((key) => verify(null, Buffer.from(`${header}.${payload}`), key, bytes));
  if (!isSigned) throw new Error('The published key set is not signed with the publication key');
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as unknown;
}
