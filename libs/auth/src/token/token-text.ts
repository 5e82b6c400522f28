import { parseStrictObject } from './strict-json.js';

/** Larger than any token we issue by a factor of four, and small enough to be refused in microseconds. */
const MAXIMUM_TOKEN_LENGTH = 4096;

const utf8 = new TextDecoder('utf-8', { fatal: true });
const HEADER_NAMES = ['alg', 'typ', 'kid'];

/** How a token is written. */
export interface TextFormat {
  readonly types: readonly string[];
  readonly typeMayBeMissing: boolean;
  readonly ignoredHeaders: readonly string[];
  readonly maximumLength: number;
}

/** As RFC 9068 has it. */
export const STRICT_FORMAT: TextFormat = {
  types: ['at+jwt'],
  typeMayBeMissing: false,
  ignoredHeaders: [],
  maximumLength: MAXIMUM_TOKEN_LENGTH,
};

export interface TokenHeader {
  readonly alg: string;
  readonly kid: string;
  /** Bytes of the signature. */
  readonly signatureLength: number;
}

/** Why a token was refused. For the log; the caller learns only that it was. */
export class TokenRefusal extends Error {
  override readonly name = 'TokenRefusal';
}

/**
 * Reads the header of an access token, and refuses every spelling but the one that an issuer writes, before any key or
 * signature is looked at. jsonwebtoken looks at neither `typ` nor `crit` nor base64url padding.
 *
 * - three parts of canonical base64url (RFC 7515 §2): one token must not have many accepted texts
 * - no repeated member, header or payload
 * - nothing but `alg`, `typ` and `kid` in the header, so `crit`, `jku`, `x5u`, `jwk`, `zip` are refused (RFC 8725 §3.10)
 * - `typ` is `at+jwt` (RFC 9068 §4), unless the issuer's format says otherwise
 *
 * @throws TokenRefusal
 */
export function readTokenHeader(token: string, format: TextFormat = STRICT_FORMAT): TokenHeader {
  const { header, payload, signature } = partsOf(token, format.maximumLength);
  const signatureLength = decode(signature).length;
  parse(decode(payload));

  const members = parse(decode(header));
  const foreign = Object.keys(members).find((name) => ![...HEADER_NAMES, ...format.ignoredHeaders].includes(name));
  if (foreign !== undefined) throw new TokenRefusal('a header member that is not understood');
  const { alg, typ, kid } = members;
  if (!isTypeOf(typ, format)) throw new TokenRefusal(`typ is not ${format.types.join(' or ')}`);
  if (typeof alg !== 'string' || typeof kid !== 'string') throw new TokenRefusal('alg or kid is not a string');
  return { alg, kid, signatureLength };
}

/**
 * The `iss` that a token claims, to choose who must have signed it. Nothing has been verified.
 *
 * @param maximumLength - characters
 * @throws TokenRefusal
 */
export function readClaimedIssuer(token: string, maximumLength: number): unknown {
  return parse(decode(partsOf(token, maximumLength).payload))['iss'];
}

function partsOf(token: string, maximumLength: number) {
  if (token.length > maximumLength) throw new TokenRefusal('longer than any access token');
  const parts = token.split('.', 4);
  const [header, payload, signature] = parts;
  if (parts.length !== 3 || !header || !payload || !signature) throw new TokenRefusal('not three parts');
  return { header, payload, signature };
}

/** Media types are compared without case, and without `application/` (RFC 7515 §4.1.9). */
function isTypeOf(typ: unknown, { types, typeMayBeMissing }: TextFormat): boolean {
  if (typ === undefined) return typeMayBeMissing;
  if (typeof typ !== 'string') return false;
  const short = typ.toLowerCase().replace(/^application\//, '');
  return types.some((type) => type.toLowerCase() === short);
}

function decode(part: string): Buffer {
  const bytes = Buffer.from(part, 'base64url');
  // Node skips what it does not know and ignores stray bits: encoding again shows whether this was the canonical text.
  if (bytes.toString('base64url') !== part) throw new TokenRefusal('not canonical base64url');
  return bytes;
}

function parse(bytes: Buffer): Record<string, unknown> {
  try {
    return parseStrictObject(utf8.decode(bytes));
  } catch (cause) {
    throw new TokenRefusal('not a plain JSON object', { cause });
  }
}
