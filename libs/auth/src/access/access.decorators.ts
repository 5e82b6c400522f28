import type { Clearance, PermissionName, RoleName } from '@citadel/protocol';

import { declareAccess } from './access-rule.js';

/**
 * Anyone may call this, with or without a token. Nothing else may be declared in addition to it, on the method or its class:
 * that would be a contradiction, and the start-up audit refuses it.
 */
export const Public = () => declareAccess({ kind: 'public' });

/** Anyone with a valid access token may call this. */
export const Authenticated = () => declareAccess({ kind: 'authenticated' });

/**
 * The caller must have at least one of these roles (inherited ones count: they travel in the token).
 *
 * @param roles - one or more; an empty list does not compile
 * @example \@Roles('treasurer', 'auditor')
 */
export const Roles = (...roles: readonly [RoleName, ...RoleName[]]) => declareAccess({ kind: 'roles', anyOf: roles });

/**
 * The caller must hold all of these permissions, exactly or through a trailing wildcard.
 *
 * @param permissions - one or more, without wildcards
 * @example \@RequirePermissions('treasury:accounts:open')
 */
export const RequirePermissions = (...permissions: readonly [PermissionName, ...PermissionName[]]) =>
  declareAccess({ kind: 'permissions', allOf: permissions });

/**
 * The caller must be cleared for at least this.
 *
 * @example \@RequireClearance('secret')
 */
export const RequireClearance = (atLeast: Clearance) => declareAccess({ kind: 'clearance', atLeast });

/**
 * The caller must have proved who they are within the last `minutes`: step-up for what does great harm in the hands of
 * whoever finds an open laptop (RFC 9470, ASVS 7.5.3). A token without `auth_time` is refused.
 *
 * @param minutes - more than 0
 * @throws RangeError
 * @example \@RequireRecentLogin(15)
 */
export function RequireRecentLogin(minutes: number) {
  if (!(minutes > 0)) throw new RangeError('RequireRecentLogin needs more than 0 minutes');
  return declareAccess({ kind: 'recent-login', maxAge: minutes * 60 });
}
