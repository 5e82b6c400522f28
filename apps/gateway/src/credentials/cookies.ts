/**
 * The browser's half of a session. A browser accepts a `__Host-` cookie over HTTPS only, from this host only and without
 * `Domain` (RFC 6265bis §4.1.3.2), so that a page on a sibling domain cannot set one in place of ours. The price is
 * `Path=/`: a narrower path would keep nobody out who can read the requests of this origin.
 */
export const ACCESS_COOKIE = '__Host-citadel-access';
export const REFRESH_COOKIE = '__Host-citadel-refresh';

/** What the refresh cookie was called up to version 0.1. A sibling domain could set it, so it is never read. */
const FORMER_REFRESH_COOKIE = '__Secure-citadel-refresh';

const ACCESS = 'Path=/; Secure; HttpOnly; SameSite=Lax';
const REFRESH = 'Path=/; Secure; HttpOnly; SameSite=Strict';
const FORMER_REFRESH = 'Path=/v1/auth; Secure; HttpOnly; SameSite=Strict';

/** Tokens are base64url and dots: there is nothing in them that a cookie would have to encode. */
export interface Tokens {
  readonly access_token: string;
  /** Seconds */
  readonly expires_in: number;
  readonly refresh_token: string;
  /** Seconds */
  readonly refresh_expires_in: number;
}

/** The `Set-Cookie` lines that hand tokens to a browser. No script can read them (OWASP ASVS 3.3). */
export const cookiesOf = (tokens: Tokens): string[] => [
  `${ACCESS_COOKIE}=${tokens.access_token}; Max-Age=${String(tokens.expires_in)}; ${ACCESS}`,
  `${REFRESH_COOKIE}=${tokens.refresh_token}; Max-Age=${String(tokens.refresh_expires_in)}; ${REFRESH}`,
];

/** The `Set-Cookie` lines that take them back. */
export const clearedCookies = (): string[] => [
  `${ACCESS_COOKIE}=; Max-Age=0; ${ACCESS}`,
  `${REFRESH_COOKIE}=; Max-Age=0; ${REFRESH}`,
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
