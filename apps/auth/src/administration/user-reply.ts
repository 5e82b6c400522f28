import type { RoleBook } from '@citadel/protocol';

import { roleNames, type UserWithRoles } from './administration.service.js';

/** A user as administrators see them. */
export function toReply(user: UserWithRoles, book: RoleBook) {
  const roles = roleNames(user);
  return {
    id: user.id,
    email: user.email,
    roles,
    effectivePermissions: book.permissionsOf(roles),
    clearance: user.clearance,
    isDisabled: user.disabledAt !== null,
    createdAt: user.createdAt.toISOString(),
    version: user.version,
  };
}
