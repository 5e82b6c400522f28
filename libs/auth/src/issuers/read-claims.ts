import type { ClaimReader, TokenClaims } from './issuer-options.js';

/**
 * Reads the names at a place in the claims: a list of strings, or a string in which spaces separate them, as `scope` is
 * (RFC 6749 §3.3). Nothing there gives nothing.
 *
 * @param path - the claim, then the members within it
 * @throws Error while reading, if something else is there: the token is refused
 * @example namesAt('realm_access', 'roles')
 */
export const namesAt = (...path: readonly [string, ...string[]]): ClaimReader => {
  return (claims) => {
    const value = valueAt(claims, path);
    if (value === undefined) return [];
    if (typeof value === 'string') return value.split(' ').filter(Boolean);
    if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value;
    throw new Error(`${path.join('.')} is neither a string nor a list of strings`);
  };
};

/**
 * Reads the names of the members of an object in the claims, as ZITADEL writes roles. Nothing there gives nothing.
 *
 * @throws Error while reading, if there is no object: the token is refused
 * @example keysAt('urn:zitadel:iam:org:project:roles')
 */
export const keysAt = (...path: readonly [string, ...string[]]): ClaimReader => {
  return (claims) => {
    const value = valueAt(claims, path);
    if (value === undefined) return [];
    if (isObject(value)) return Object.keys(value);
    throw new Error(`${path.join('.')} is not an object`);
  };
};

function valueAt(claims: TokenClaims, path: readonly string[]): unknown {
  let value: unknown = claims;
  for (const name of path) value = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  return value;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
