/**
 * What a browser keeps for us. It accepts a `__Host-` cookie over HTTPS only, from this host only and without `Domain`
 * (RFC 6265bis §4.1.3.2), so that a page on a sibling domain cannot set one in place of ours. The price is `Path=/`: a
 * narrower path would keep nobody out who can read the requests of this origin.
 */
export const ACCESS_COOKIE = '__Host-citadel-access';
export const REFRESH_COOKIE = '__Host-citadel-refresh';
/** Recognises the device at the next login. It outlives the session: that is what it is for. */
export const DEVICE_COOKIE = '__Host-citadel-device';

/** What the refresh cookie was called up to version 0.1. A sibling domain could set it, so it is never read. */
const FORMER_REFRESH_COOKIE = '__Secure-citadel-refresh';

const ACCESS = 'Path=/; Secure; HttpOnly; SameSite=Lax';
const OTHERS = 'Path=/; Secure; HttpOnly; SameSite=Strict';
const FORMER_REFRESH = 'Path=/v1/auth; Secure; HttpOnly; SameSite=Strict';

/** Tokens are base64url and dots: there is nothing in them that a cookie would have to encode. Durations are in seconds. */
export interface Tokens {
  readonly access_token: string;
  readonly expires_in: number;
  readonly refresh_token: string;
  readonly refresh_expires_in: number;
  /** Of a login alone. */
  readonly device_token?: string | undefined;
  readonly device_expires_in?: number | undefined;
}

/** The `Set-Cookie` lines that hand tokens to a browser. No script can read them (OWASP ASVS 3.3). */
export const cookiesOf = (tokens: Tokens): string[] => [
  `${ACCESS_COOKIE}=${tokens.access_token}; Max-Age=${String(tokens.expires_in)}; ${ACCESS}`,
  `${REFRESH_COOKIE}=${tokens.refresh_token}; Max-Age=${String(tokens.refresh_expires_in)}; ${OTHERS}`,
  ...(tokens.device_token === undefined
    ? []
    : [`${DEVICE_COOKIE}=${tokens.device_token}; Max-Age=${String(tokens.device_expires_in ?? 0)}; ${OTHERS}`]),
];

/** The `Set-Cookie` lines that take the session back. */
export const clearedCookies = (): string[] => [
  `${ACCESS_COOKIE}=; Max-Age=0; ${ACCESS}`,
  `${REFRESH_COOKIE}=; Max-Age=0; ${OTHERS}`,
];

/** The `Set-Cookie` line that removes the cookie of an earlier version from a browser that still sends it. */
export const clearedFormerCookies = (header: string | undefined): string[] =>
  header?.includes(`${FORMER_REFRESH_COOKIE}=`) ? [`${FORMER_REFRESH_COOKIE}=; Max-Age=0; ${FORMER_REFRESH}`] : [];

/** One cookie of a `Cookie` header. Two of one name are none: which of them counts would depend on who reads it. */
export function readCookie(header: string | undefined, name: string): string | undefined {
  const values = (header ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
  return values.length === 1 && values[0] !== '' ? values[0] : undefined;
}
