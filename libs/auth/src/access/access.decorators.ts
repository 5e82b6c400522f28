import { declareAccess, type PermissionName, type RoleName } from './access-rule.js';

/**
 * Anyone may call this, with or without a token. Nothing else may be declared beside it, on the method or its class:
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
