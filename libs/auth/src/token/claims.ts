import type { Clearance } from '@citadel/protocol';
import { z } from 'zod';

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

export interface ClaimLimits {
  /** The levels that exist, lowest first. */
  readonly clearances: readonly [string, ...string[]];
  /** Longest accepted `exp - iat`, in seconds. */
  readonly maximumLifetime: number;
  /** Tolerated difference between clocks, in seconds. */
  readonly clockTolerance: number;
}

/**
 * Turns verified claims into a principal. Signature, `iss`, `aud`, `exp` and `nbf` are checked already.
 *
 * A token that lives longer than revocations are remembered could not be revoked, so the lifetime has a limit.
 *
 * @throws TokenRefusal if a claim is missing, of the wrong type, or describes a token that no issuer of ours writes
 */
export function principalFrom(payload: unknown, limits: ClaimLimits, now: Date): Principal {
  const parsed = Claims.safeParse(payload);
  if (!parsed.success) throw new TokenRefusal('claims are missing or of the wrong type', { cause: parsed.error });
  const claims = parsed.data;
  const { clearances } = limits;
  const { clearance = clearances[0] } = claims;
  if (!clearances.includes(clearance)) throw new TokenRefusal('claims are missing or of the wrong type: clearance');
  if (claims.exp - claims.iat > limits.maximumLifetime) throw new TokenRefusal('lives longer than allowed');
  if (claims.iat > now.getTime() / 1000 + limits.clockTolerance) throw new TokenRefusal('issued in the future');

  return Object.freeze({
    id: claims.sub,
    sessionId: claims.sid,
    tokenId: claims.jti,
    clientId: claims.client_id,
    roles: Object.freeze(claims.roles),
    permissions: Object.freeze(claims.permissions),
    // It is one of the levels, which the augmentation names.
    clearance: clearance as Clearance,
    authenticatedAt: claims.auth_time === undefined ? undefined : new Date(claims.auth_time * 1000),
    authenticationMethods: Object.freeze(claims.amr),
    expiresAt: new Date(claims.exp * 1000),
    generation: Object.freeze({ all: claims.gen[0], subject: claims.gen[1] }),
  });
}
