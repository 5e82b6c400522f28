import type { Clearance, Held, PermissionName } from '@citadel/protocol';

import type { KeySource } from '../keys/key-source.js';
import type { Algorithm } from '../keys/verification-key.js';
import type { RevocationSource } from '../revocation/revocation-source.js';

/** What a service must say about one issuer whose tokens it accepts. */
export interface IssuerOptions {
  /** The only accepted `iss`, compared character by character (RFC 8725 §3.8). */
  readonly issuer: string;
  /** Where the issuer's public keys come from. They verify no other issuer's tokens. */
  readonly keys: KeySource;
  /** `aud` must contain one of these (RFC 8725 §3.9); the service's own `audience` if left out. */
  readonly audiences?: readonly [string, ...string[]];
  /** Where revocations of this issuer's tokens come from. Without it a token is good until it expires. */
  readonly revocations?: RevocationSource;
  /**
   * Accepted algorithms; `['ES256']` if left out. Each key works with its own alone (RFC 8725 §3.1): an RSA key that names
   * none is used if only one of these is for RSA.
   */
  readonly algorithms?: readonly [Algorithm, ...Algorithm[]];
  /** Longest accepted `exp - iat` in seconds, 1 to 86,400; 3600 if left out. Revocations are remembered for that long. */
  readonly maximumLifetime?: number;
  /** Seconds after which a revocation list that cannot be confirmed stops the service from accepting tokens; 30. */
  readonly maximumRevocationAge?: number;
  /** Seconds after which keys that cannot be loaded again stop the service from accepting tokens, 1 to 86,400; 900. */
  readonly maximumKeyAge?: number;
  /** How this issuer's access tokens may differ from RFC 9068; not at all if left out. */
  readonly format?: TokenFormat;
  /** Where this issuer puts what a principal is made of; where RFC 9068 and Citadel put it if left out. */
  readonly claims?: ClaimMap;
  /** Claims that are copied to {@link Principal.claims}; none if left out. */
  readonly keepClaims?: readonly string[];
  /**
   * Put before `sub`: two issuers may use one `sub` for two people (OpenID Connect Core §2). Several issuers must have
   * different ones, so that nobody is taken for the user of another issuer.
   */
  readonly idPrefix?: string;
}

/** Every member loosens the verification of one issuer's tokens, or tightens it again. */
export interface TokenFormat {
  /** Accepted `typ`; `['at+jwt']` if left out. ID tokens are `JWT`, too: see {@link required} and {@link refused}. */
  readonly types?: readonly [string, ...string[]];
  /** Accepts tokens without `typ`. */
  readonly typeMayBeMissing?: boolean;
  /** Header members that are ignored, such as `x5t`; none if left out. Members that say where a key is cannot be. */
  readonly ignoredHeaders?: readonly string[];
  /** Claims that must have exactly this value, such as `{ token_use: 'access' }`. */
  readonly required?: Readonly<Record<string, string | number | boolean>>;
  /**
   * Claims that an access token must not have. If left out, and another `typ` than `at+jwt` is accepted: `nonce`,
   * `at_hash` and `c_hash`, which ID tokens have (OpenID Connect Core §2, §3.3.2.11).
   */
  readonly refused?: readonly string[];
  /** Longest accepted token in characters, 1 to 16,384; 4,096 if left out. NATS and HTTP servers have limits, too. */
  readonly maximumLength?: number;
}

/** The claims of a verified token. */
export type TokenClaims = Readonly<Record<string, unknown>>;

/**
 * Finds names in a token's claims. What it returns is held to the limits of the claims that it stands for; where it
 * throws, the token is refused.
 */
export type ClaimReader = (claims: TokenClaims) => readonly string[];

/** Where an issuer puts what a principal is made of. What is not mapped gives nothing. */
export interface ClaimMap {
  /** Who is acting; `sub` if left out. It must never be given to another user: not a name, not an e-mail address. */
  readonly id?: string;
  /** The claim that must contain the audience; `aud` if left out. */
  readonly audience?: string;
  /** The application through which they act; `client_id` if left out. Of several the first that the token has. */
  readonly clientId?: string | readonly [string, ...string[]];
  /** What the token is revoked by; `jti` if left out. */
  readonly tokenId?: string;
  /**
   * Accepts tokens without {@link tokenId}, and takes the SHA-256 of what was signed for it. Such a token can be revoked
   * by whoever has its principal, not by whoever knows the issuer's records alone.
   */
  readonly withoutTokenId?: 'digest';
  /** The session; `sid` if left out. Tokens without it cannot be revoked by their session. */
  readonly sessionId?: string;
  /** For `@Roles`; none if left out. */
  readonly roles?: ClaimReader;
  /** For `@RequirePermissions`; none if left out. A name with `*` gives nothing: issuers grant no wildcards. */
  readonly permissions?: ClaimReader;
  /** What each of the {@link roles} gives in addition. A role that is not listed gives nothing. */
  readonly permissionsOf?: Readonly<Record<string, readonly Held<PermissionName>[]>>;
  /** For `@RequireClearance`; the lowest level if left out or if it returns `undefined`. */
  readonly clearance?: (claims: TokenClaims) => Clearance | undefined;
}
