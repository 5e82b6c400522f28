import type { RoleDefinition } from './role-book.js';

/** Permissions and roles as a system may have them, for the specs of what they add up to. */
export const EXAMPLE_PERMISSIONS = [
  'auth:users:read',
  'auth:users:manage',
  'auth:keys:read',
  'treasury:accounts:open',
  'treasury:accounts:read',
  'treasury:accounts:read-any',
  'treasury:transfers:create',
  'treasury:vault:draw',
  'archives:documents:file',
  'archives:documents:read',
] as const;

export const EXAMPLE_ROLES = {
  citizen: { permissions: ['treasury:accounts:open', 'archives:documents:read'] },
  teller: { permissions: ['treasury:accounts:*', 'treasury:transfers:*'] },
  treasurer: { inherits: ['teller'], permissions: ['treasury:*'] },
  sovereign: { permissions: ['*'] },
} as const satisfies Readonly<Record<string, RoleDefinition>>;
