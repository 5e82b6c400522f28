import { MAXIMUM_KEY_AGE } from '../keys/key-ring.js';
import { ALGORITHMS } from '../keys/verification-key.js';
import { STRICT_FORMAT, type TextFormat } from '../token/token-text.js';
import type { IssuerOptions, TokenFormat } from './issuer-options.js';

/** What all issuers of a service share. */
export interface SharedSettings {
  readonly audience: string;
  readonly clockTolerance: number;
  readonly clearances: readonly [string, ...string[]];
  readonly rememberedTokens: number;
}

export interface ResolvedFormat extends TextFormat {
  readonly required: NonNullable<TokenFormat['required']>;
  readonly refused: readonly string[];
}

type Defaulted = 'audiences' | 'algorithms' | 'maximumLifetime' | 'maximumRevocationAge' | 'maximumKeyAge' | 'idPrefix';

/** One issuer with all its defaults, and with what the service says for all of them. */
export interface ResolvedIssuer
  extends SharedSettings, Omit<IssuerOptions, 'format' | Defaulted>, Required<Pick<IssuerOptions, Defaulted>> {
  readonly format: ResolvedFormat;
  /** Longer prefixes that other issuers put before what this one puts there. */
  readonly foreignPrefixes: readonly string[];
}

/** Seconds: the longest life of a token that is accepted unless a service says otherwise. */
export const MAXIMUM_LIFETIME = 3600;

/** What the numbers may be. A life of weeks would overflow the timer that forgets old revocations. */
const BOUNDS = {
  maximumLifetime: [1, 86_400],
  maximumRevocationAge: [1, 3_600],
  maximumKeyAge: [1, 86_400],
} as const;

/** Says which key to use or where it is, what to leave unsigned, or that the rest is not plain (RFC 7515 §4.1, RFC 7797). */
const NEVER_IGNORED = ['alg', 'typ', 'kid', 'crit', 'jku', 'jwk', 'x5u', 'x5c', 'b64', 'zip', 'enc', 'cty'];

const ID_TOKEN_CLAIMS = ['nonce', 'at_hash', 'c_hash'];

/** Fills in the defaults and refuses what would weaken verification. @throws RangeError, TypeError */
export function resolveIssuers(issuers: readonly IssuerOptions[], shared: SharedSettings): ResolvedIssuer[] {
  const names = issuers.map(({ issuer }) => issuer);
  if (new Set(names).size < names.length)
    throw new TypeError('Two of the issuers have the same name; keep one of them');
  const prefixes = issuers.map(({ idPrefix = '' }) => idPrefix);
  if (new Set(prefixes).size < prefixes.length) {
    throw new TypeError(
      'Users of two issuers could have the same id: give each issuer an idPrefix of its own (one may have none)',
    );
  }
  return issuers.map((issuer) => resolveIssuer(issuer, shared, prefixes));
}

/** @throws RangeError, TypeError */
export function resolveIssuer(
  options: IssuerOptions,
  shared: SharedSettings,
  prefixes: readonly string[] = [],
): ResolvedIssuer {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const own = options.idPrefix ?? '';
  // Only what was undefined is left out, and all that may be has its default here.
  const resolved: ResolvedIssuer = {
    audiences: [shared.audience],
    algorithms: ['ES256'],
    maximumLifetime: MAXIMUM_LIFETIME,
    maximumRevocationAge: 30,
    maximumKeyAge: MAXIMUM_KEY_AGE,
    idPrefix: '',
    ...(given as unknown as IssuerOptions),
    ...shared,
    format: resolveFormat(options.format ?? {}),
    foreignPrefixes: prefixes.filter((prefix) => prefix !== own && prefix.startsWith(own)),
  };
  const { issuer, audiences, algorithms } = resolved;
  if (!issuer || audiences.length === 0 || !audiences.every(Boolean)) {
    throw new TypeError('AuthModule needs an issuer and an audience');
  }
  for (const [name, [least, most]] of Object.entries(BOUNDS)) {
    requireWithin(name, resolved[name as keyof typeof BOUNDS], least, most);
  }
  if (algorithms.length === 0 || !algorithms.every((one) => ALGORITHMS.includes(one))) {
    throw new TypeError(`algorithms must be some of ${ALGORITHMS.join(', ')}`);
  }
  return resolved;
}

function resolveFormat(format: TokenFormat): ResolvedFormat {
  const { types = STRICT_FORMAT.types, typeMayBeMissing = false, ignoredHeaders = [], maximumLength } = format;
  const isStrict = !typeMayBeMissing && types.every((type) => STRICT_FORMAT.types.includes(type));
  const resolved = {
    types,
    typeMayBeMissing,
    ignoredHeaders,
    required: format.required ?? {},
    refused: format.refused ?? (isStrict ? [] : ID_TOKEN_CLAIMS),
    maximumLength: maximumLength ?? STRICT_FORMAT.maximumLength,
  };
  requireWithin('format.maximumLength', resolved.maximumLength, 1, 16_384);
  const dangerous = ignoredHeaders.find((name) => NEVER_IGNORED.includes(name));
  if (dangerous !== undefined) throw new TypeError(`format.ignoredHeaders must not name ${dangerous}`);
  return resolved;
}

/** @throws RangeError */
export function requireWithin(name: string, value: number, least: number, most: number): void {
  if (!(value >= least && value <= most)) throw new RangeError(`${name} must be ${String(least)} to ${String(most)}`);
}
