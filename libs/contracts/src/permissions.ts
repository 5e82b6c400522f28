import type { Held } from '@citadel/protocol';

/**
 * The catalogue: every permission there is, and what it lets its holder do. `domain:resource:action`.
 * A new line here is a new door; who holds its key is decided in roles.ts.
 */
export const PERMISSIONS = {
  'auth:users:read': 'See users and their roles',
  'auth:users:manage': 'Change roles and clearance of users, disable, enable and delete them',
  'auth:roles:read': 'See roles',
  'auth:roles:manage': 'Create, change and remove custom roles',
  'auth:tokens:revoke': 'Revoke tokens and sessions of anyone',
  'auth:tokens:introspect': 'Ask whether a token is active (RFC 7662)',
  'auth:keys:read': 'See the signing keys and their state',
  'auth:keys:rotate': 'Rotate signing keys and declare one compromised',
  'auth:access:explain': 'Ask why somebody was or would be refused',
  'auth:audit:read': 'Read the audit trail',
  'treasury:accounts:open': 'Open accounts of one’s own, and close them',
  'treasury:accounts:read': 'See one’s own accounts',
  'treasury:accounts:read-any': 'See everybody’s accounts',
  'treasury:accounts:freeze': 'Freeze accounts of others, and release them',
  'treasury:transfers:read': 'See the transfers that one ordered, and those of one’s own accounts',
  'treasury:transfers:create': 'Transfer from one’s own accounts',
  'treasury:vault:draw': 'Issue money from the vault and take it back',
  'treasury:reports:read': 'See what all accounts hold together',
  'archives:documents:file': 'File documents, change one’s own and what one was granted to write',
  'archives:documents:read': 'Read one’s own documents, public ones and what one was granted',
  'archives:documents:read-any': 'Read everybody’s documents up to one’s clearance',
  'archives:documents:declassify': 'Lower the clearance of documents that one may read',
} as const;

export type Permission = keyof typeof PERMISSIONS;

/** A permission as it is held: exact, or with a trailing wildcard (`treasury:*`, `treasury:accounts:*`, `*`). */
export type HeldPermission = Held<Permission>;

/** Every permission of the catalogue, in its order. */
export const ALL_PERMISSIONS = Object.keys(PERMISSIONS) as readonly Permission[];
