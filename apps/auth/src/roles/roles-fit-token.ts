import { problem } from '@citadel/contracts';

/** Of the 4,096 characters that an access token and a cookie may have (RFC 6265bis), those left to the names of roles. */
const ROOM_FOR_ROLES = 1_400;

/**
 * Makes sure that somebody's roles fit into their token: with one that is too long they could not even log in.
 *
 * @param roles - all of them, the inherited ones too
 * @throws Problem `too-many-roles`
 */
export function requireRolesFitToken(roles: readonly string[]): void {
  if (JSON.stringify(roles).length <= ROOM_FOR_ROLES) return;
  const detail = `With what they inherit, these are ${String(roles.length)} roles; put their permissions into fewer`;
  throw problem('too-many-roles', { detail });
}
