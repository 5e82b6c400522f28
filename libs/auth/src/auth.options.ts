import { CLEARANCES } from '@citadel/protocol';

import type { TokenExtractor } from './carrier.js';
import { MAXIMUM_KEY_AGE } from './keys/key-ring.js';
import type { KeySource } from './keys/key-source.js';
import { type Algorithm, ALGORITHMS } from './keys/verification-key.js';
import type { RefusalListener } from './refusals/refusal.js';
import type { RevocationSource } from './revocation/revocation-source.js';

/** What a service must say about the tokens that it accepts. */
export interface AuthOptions {
  /** The only accepted `iss`, compared character by character (RFC 8725 §3.8). */
  readonly issuer: string;
  /** This service's own name: `aud` must contain it (RFC 8725 §3.9). */
  readonly audience: string;
  /** Where the issuer's public keys come from. */
  readonly keys: KeySource;
  /** Where revocations come from. Without it a token is good until it expires. */
  readonly revocations?: RevocationSource;
  /**
   * Accepted algorithms; `['ES256']` if left out. Each key works with its own alone (RFC 8725 §3.1): an RSA key that names
   * none is used if only one of these is for RSA.
   */
  readonly algorithms?: readonly [Algorithm, ...Algorithm[]];
  /** Tolerated difference between clocks in seconds, 0 to 60; 5 if left out. */
  readonly clockTolerance?: number;
  /** Longest accepted `exp - iat` in seconds, 1 to 86,400; 3600 if left out. Revocations are remembered for that long. */
  readonly maximumLifetime?: number;
  /** Seconds after which a revocation list that cannot be confirmed stops the service from accepting tokens; 30. */
  readonly maximumRevocationAge?: number;
  /** Seconds after which keys that cannot be loaded again stop the service from accepting tokens, 1 to 86,400; 900. */
  readonly maximumKeyAge?: number;
  /**
   * The clearance levels of your system, lowest first; those of `CLEARANCES` if left out. Name them for the compiler, too:
   * `clearance` of `AccessNames`.
   */
  readonly clearances?: readonly [string, ...string[]];
  /** How many verified tokens are remembered; 10,000 if left out. About 1 KB each. */
  readonly rememberedTokens?: number;
  /** Finds the token of an HTTP request; the `Authorization: Bearer` header if left out. */
  readonly tokenFromHttp?: TokenExtractor;
  /** Gets every refusal, with the reason that the caller does not see. Without it some in a second are logged. */
  readonly onRefusal?: RefusalListener;
}

export type ResolvedAuthOptions = Required<Omit<AuthOptions, Optional>> & Pick<AuthOptions, Optional>;
type Optional = 'revocations' | 'tokenFromHttp' | 'onRefusal';

/** Seconds: the longest life of a token that is accepted unless a service says otherwise. */
export const MAXIMUM_LIFETIME = 3600;

/** Seconds: no service tolerates a larger difference between clocks. */
export const MAXIMUM_CLOCK_TOLERANCE = 60;

export const AUTH_OPTIONS = Symbol('citadel auth options');

/** What the numbers may be. A life of weeks would overflow the timer that forgets old revocations. */
const BOUNDS = {
  clockTolerance: [0, MAXIMUM_CLOCK_TOLERANCE],
  maximumLifetime: [1, 86_400],
  maximumRevocationAge: [1, 3_600],
  maximumKeyAge: [1, 86_400],
  rememberedTokens: [0, 10_000_000],
} as const;

/** Fills in the defaults and refuses options that would weaken verification. @throws RangeError, TypeError */
export function resolveOptions(options: AuthOptions): ResolvedAuthOptions {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  // Only what was undefined is left out, and all that may be has its default here.
  const resolved: ResolvedAuthOptions = {
    algorithms: ['ES256'],
    clockTolerance: 5,
    maximumLifetime: MAXIMUM_LIFETIME,
    maximumRevocationAge: 30,
    maximumKeyAge: MAXIMUM_KEY_AGE,
    rememberedTokens: 10_000,
    clearances: CLEARANCES,
    ...(given as unknown as AuthOptions),
  };
  if (!resolved.issuer || !resolved.audience) throw new TypeError('AuthModule needs an issuer and an audience');
  for (const [name, [least, most]] of Object.entries(BOUNDS)) {
    const value = resolved[name as keyof typeof BOUNDS];
    if (!(value >= least && value <= most)) throw new RangeError(`${name} must be ${String(least)} to ${String(most)}`);
  }
  const { algorithms } = resolved;
  if (algorithms.length === 0 || !algorithms.every((one) => ALGORITHMS.includes(one))) {
    throw new TypeError(`algorithms must be some of ${ALGORITHMS.join(', ')}`);
  }
  return resolved;
}
