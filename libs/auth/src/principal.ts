import { type Clearance, covers, type PermissionName } from '@citadel/protocol';

/** The caller, as a verified access token proves it. */
export interface Principal {
  /** `sub`: who is acting. With several issuers, after the prefix of theirs. */
  readonly id: string;
  /** `iss`: who says so. */
  readonly issuer: string;
  /** `sid`: the session that the token belongs to, if the issuer names one. */
  readonly sessionId: string | undefined;
  /** `jti`, or what the issuer's claim map puts in its place. */
  readonly tokenId: string;
  /** `client_id`: the application through which they act (RFC 9068 §2.2). */
  readonly clientId: string;
  readonly roles: readonly string[];
  /** Effective permissions; an entry may end in a wildcard. Ask with {@link holds}, not with `includes`. */
  readonly permissions: readonly string[];
  readonly clearance: Clearance;
  /** When the caller last proved who they are (`auth_time`). */
  readonly authenticatedAt: Date | undefined;
  /** How (`amr`, RFC 8176). */
  readonly authenticationMethods: readonly string[];
  readonly expiresAt: Date;
  /** Counters of revocations at the time of issue: for everybody, and for this subject. */
  readonly generation: { readonly all: number; readonly subject: number };
  /** Those that `keepClaims` names, as the token has them. Their types are for the reader to check. */
  readonly claims: Readonly<Record<string, unknown>>;
}

/**
 * Whether a principal holds a permission, exactly or through a wildcard. For decisions that depend on data; what a
 * handler always needs is declared with `@RequirePermissions`.
 *
 * @example const scope = holds(user, 'treasury:accounts:read-any') ? {} : { ownerId: user.id };
 */
export function holds(principal: Principal, permission: PermissionName): boolean {
  return covers(principal.permissions, permission);
}
