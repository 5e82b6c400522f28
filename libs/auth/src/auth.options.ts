import { CLEARANCES } from '@citadel/protocol';

import type { TokenExtractor } from './carrier.js';
import type { IssuerOptions } from './issuers/issuer-options.js';
import { requireWithin, type ResolvedIssuer, resolveIssuers, type SharedSettings } from './issuers/resolve-issuers.js';
import type { RefusalListener } from './refusals/refusal.js';

/** What a service says for all the tokens that it accepts, whoever issues them. */
interface ServiceOptions {
  /** This service's own name. `aud` must contain it (RFC 8725 §3.9), unless an issuer has `audiences` of its own. */
  readonly audience: string;
  /** Tolerated difference between clocks in seconds, 0 to 60; 5 if left out. */
  readonly clockTolerance?: number;
  /**
   * The clearance levels of your system, lowest first; those of `CLEARANCES` if left out. Name them for the compiler, too:
   * `clearance` of `AccessNames`.
   */
  readonly clearances?: readonly [string, ...string[]];
  /** How many verified tokens of each issuer are remembered; 10,000 if left out. About 1 KB each. */
  readonly rememberedTokens?: number;
  /** Finds the token of an HTTP request; the `Authorization: Bearer` header if left out. */
  readonly tokenFromHttp?: TokenExtractor;
  /** Gets every refusal, with the reason that the caller does not see. Without it some in a second are logged. */
  readonly onRefusal?: RefusalListener;
}

/** Several issuers, each with keys, algorithms and rules of its own. */
interface SeveralIssuers {
  /** A token is verified as one of the issuer that its `iss` names; where none has that name it is refused. */
  readonly issuers: readonly [IssuerOptions, ...IssuerOptions[]];
}

/** The usual case: a service and its one issuer. */
export interface OneIssuer extends ServiceOptions, IssuerOptions {}

/** What a service must say about the tokens that it accepts: the one issuer, or `issuers`. */
export type AuthOptions = OneIssuer | (ServiceOptions & SeveralIssuers);

type Optional = 'tokenFromHttp' | 'onRefusal';

export interface ResolvedAuthOptions extends SharedSettings, Pick<ServiceOptions, Optional> {
  readonly issuers: readonly ResolvedIssuer[];
}

/** Seconds: no service tolerates a larger difference between clocks. */
export const MAXIMUM_CLOCK_TOLERANCE = 60;

export const AUTH_OPTIONS = Symbol('citadel auth options');

/** Fills in the defaults and refuses options that would weaken verification. @throws RangeError, TypeError */
export function resolveOptions(options: AuthOptions): ResolvedAuthOptions {
  const { audience, clockTolerance = 5, clearances = CLEARANCES, rememberedTokens = 10_000 } = options;
  if (!audience) throw new TypeError('AuthModule needs an issuer and an audience');
  requireWithin('clockTolerance', clockTolerance, 0, MAXIMUM_CLOCK_TOLERANCE);
  requireWithin('rememberedTokens', rememberedTokens, 0, 10_000_000);
  if ('issuers' in options && 'issuer' in options) {
    throw new TypeError('AuthModule takes an issuer or issuers, not both: put the one into the list');
  }
  const issuers = 'issuers' in options ? options.issuers : [options];
  if (issuers.length === 0) throw new TypeError('AuthModule needs an issuer and an audience');
  const shared = { audience, clockTolerance, clearances, rememberedTokens };
  return { ...optional(options), ...shared, issuers: resolveIssuers(issuers, shared) };
}

function optional({ tokenFromHttp, onRefusal }: ServiceOptions): Pick<ServiceOptions, Optional> {
  return { ...(tokenFromHttp && { tokenFromHttp }), ...(onRefusal && { onRefusal }) };
}
