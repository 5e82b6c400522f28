import { hash } from 'node:crypto';

import { TokenRefusal } from '../token/token-text.js';
import type { ClaimMap, ClaimReader, TokenClaims } from './issuer-options.js';

/**
 * The claims of another issuer under the names that RFC 9068 and Citadel have for them. Types and lengths are checked
 * afterwards, as everybody's are. Counters of revocations are Citadel's own, so they are not taken from others.
 *
 * @param token - for the digest that replaces a missing `jti`
 * @throws TokenRefusal if one of the map's functions throws
 */
export function mapClaims(claims: TokenClaims, map: ClaimMap, token: string): TokenClaims {
  const names = [map.clientId ?? 'client_id'].flat();
  return {
    iss: claims['iss'],
    exp: claims['exp'],
    iat: claims['iat'],
    nbf: claims['nbf'],
    auth_time: claims['auth_time'],
    amr: claims['amr'],
    sub: claims[map.id ?? 'sub'],
    aud: claims[map.audience ?? 'aud'],
    client_id: claims[names.find((name) => claims[name] !== undefined) ?? 'client_id'],
    jti: claims[map.tokenId ?? 'jti'] ?? (map.withoutTokenId === 'digest' ? digestOf(token) : undefined),
    sid: claims[map.sessionId ?? 'sid'],
    roles: read('roles', map.roles, claims),
    permissions: exactOnes(read('permissions', map.permissions, claims)),
    clearance: map.clearance && attempt('clearance', () => map.clearance?.(claims)),
  };
}

/** What the map's roles give. Roles come from outside: `constructor` must find nothing. */
export function grantedBy(roles: readonly string[], { permissionsOf = {} }: ClaimMap): string[] {
  return roles.flatMap((role) => (Object.hasOwn(permissionsOf, role) ? (permissionsOf[role] ?? []) : []));
}

function read(what: string, reader: ClaimReader | undefined, claims: TokenClaims): readonly string[] {
  const names: unknown = reader ? attempt(what, () => reader(claims)) : [];
  if (Array.isArray(names) && names.every((name) => typeof name === 'string')) return names;
  throw new TokenRefusal(`${what} cannot be read from the claims: the claim map returned no list of strings`);
}

function attempt<T>(what: string, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    throw new TokenRefusal(`${what} cannot be read from the claims: ${String(cause)}`, { cause });
  }
}

/** A scope named `*` would otherwise be every permission there is. */
const exactOnes = (permissions: readonly string[]) => permissions.filter((one) => !one.includes('*'));

/** Over what was signed: another spelling of the signature must not be another token. */
const digestOf = (token: string) => hash('sha256', token.slice(0, token.lastIndexOf('.')), 'base64url');
