import type { Clearance } from '@citadel/protocol';
import { z } from 'zod';

import type { ClaimMap, TokenClaims } from '../issuers/issuer-options.js';
import { grantedBy, mapClaims } from '../issuers/map-claims.js';
import type { ResolvedFormat } from '../issuers/resolve-issuers.js';
import type { Principal } from '../principal.js';
import { TokenRefusal } from './token-text.js';

const NumericDate = z.int().min(0).max(253_402_300_799);
const Name = z.string().min(1).max(255);
const Names = z.array(z.string().min(1).max(100)).max(200);

/** RFC 9068 §2.2 asks for the first seven; the rest is what Citadel's own issuer adds. */
const Claims = z.object({
  iss: Name,
  sub: Name,
  aud: z.union([z.string(), z.array(z.string())]),
  exp: NumericDate,
  iat: NumericDate,
  jti: Name,
  client_id: Name,
  nbf: NumericDate.optional(),
  sid: Name.optional(),
  auth_time: NumericDate.optional(),
  amr: Names.default([]),
  roles: Names.default([]),
  permissions: Names.default([]),
  clearance: Name.optional(),
  gen: z.tuple([z.int().min(0), z.int().min(0)]).default([0, 0]),
});

/** What is expected of an issuer's claims. */
export interface ClaimRules {
  /** The levels that exist, lowest first. */
  readonly clearances: readonly [string, ...string[]];
  /** Longest accepted `exp - iat`, in seconds. */
  readonly maximumLifetime: number;
  /** Tolerated difference between clocks, in seconds. */
  readonly clockTolerance: number;
  /** Required and refused claims tell an access token from other tokens of the issuer. */
  readonly format?: Pick<ResolvedFormat, 'required' | 'refused'>;
  /** Checked here where the claim map says that the audience is in another claim than `aud`. */
  readonly audiences?: readonly string[];
  /** Where an issuer that is not like Citadel's puts them. */
  readonly claims?: ClaimMap | undefined;
  readonly keepClaims?: readonly string[];
  readonly idPrefix?: string;
  /** Prefixes of other issuers, of which no user of this one may seem to be. */
  readonly foreignPrefixes?: readonly string[];
}

/**
 * Turns verified claims into a principal. Signature, `iss`, `aud`, `exp` and `nbf` are checked already.
 *
 * A token that lives longer than revocations are remembered could not be revoked, so the lifetime has a limit.
 *
 * @param token - the text that the claims were signed in
 * @throws TokenRefusal if a claim is missing, of the wrong type, or describes a token that the issuer does not write
 */
export function principalFrom(payload: unknown, rules: ClaimRules, now: Date, token: string): Principal {
  if (!isObject(payload)) throw new TokenRefusal('claims are missing or of the wrong type: no JSON object');
  const { claims: map, keepClaims = [], idPrefix = '', foreignPrefixes = [], clearances } = rules;
  requireAccessToken(payload, rules);
  const parsed = Claims.safeParse(map ? mapClaims(payload, map, token) : payload);
  if (!parsed.success) throw new TokenRefusal(faultsOf(parsed.error, map), { cause: parsed.error });
  const claims = parsed.data;
  if (map?.audience !== undefined && ![claims.aud].flat().some((one) => rules.audiences?.includes(one))) {
    throw new TokenRefusal('meant for another audience');
  }
  const { clearance = clearances[0] } = claims;
  if (!clearances.includes(clearance)) throw new TokenRefusal('claims are missing or of the wrong type: clearance');
  if (claims.exp - claims.iat > rules.maximumLifetime) throw new TokenRefusal('lives longer than allowed');
  if (claims.iat > now.getTime() / 1000 + rules.clockTolerance) throw new TokenRefusal('issued in the future');
  const id = `${idPrefix}${claims.sub}`;
  if (foreignPrefixes.some((prefix) => id.startsWith(prefix)))
    throw new TokenRefusal('looks like a user of another issuer');

  return Object.freeze({
    id,
    issuer: claims.iss,
    sessionId: claims.sid,
    tokenId: claims.jti,
    clientId: claims.client_id,
    roles: Object.freeze(claims.roles),
    permissions: Object.freeze([...claims.permissions, ...(map ? grantedBy(claims.roles, map) : [])]),
    // It is one of the levels, which the augmentation names.
    clearance: clearance as Clearance,
    authenticatedAt: claims.auth_time === undefined ? undefined : new Date(claims.auth_time * 1000),
    authenticationMethods: Object.freeze(claims.amr),
    expiresAt: new Date(claims.exp * 1000),
    generation: Object.freeze({ all: claims.gen[0], subject: claims.gen[1] }),
    claims: kept(payload, keepClaims),
  });
}

const isObject = (value: unknown): value is TokenClaims =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function requireAccessToken(claims: TokenClaims, { format }: ClaimRules): void {
  const { required = {}, refused = [] } = format ?? {};
  const different = Object.entries(required).find(([name, value]) => claims[name] !== value);
  if (different) throw new TokenRefusal(`${different[0]} is not ${String(different[1])}`);
  const unwanted = refused.find((name) => Object.hasOwn(claims, name));
  if (unwanted !== undefined) throw new TokenRefusal(`it has ${unwanted}, which no access token of its issuer has`);
}

/** Names the claims as the issuer does: whoever reads the log looks for them in the token. */
function faultsOf({ issues }: z.ZodError, map: ClaimMap | undefined): string {
  const names: Readonly<Record<string, string | undefined>> = map
    ? { sub: map.id, aud: map.audience, client_id: [map.clientId].flat()[0], jti: map.tokenId, sid: map.sessionId }
    : {};
  const claims = new Set(issues.map(({ path: [claim] }) => names[String(claim)] ?? String(claim)));
  return `claims are missing or of the wrong type: ${[...claims].join(', ')}`;
}

/** The principal is remembered and shared by all calls of a token, so nothing in it can be changed. */
function kept(claims: TokenClaims, names: readonly string[]): TokenClaims {
  const own = names.filter((name) => Object.hasOwn(claims, name));
  return Object.freeze(Object.fromEntries(own.map((name) => [name, frozen(claims[name])])));
}

function frozen(value: unknown): unknown {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(frozen);
  return value;
}
