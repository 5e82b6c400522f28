import { RoleBook, type RoleDefinition } from '@citadel/protocol';

import type { HeldPermission } from './permissions.js';

interface BuiltInRole extends RoleDefinition {
  readonly summary: string;
  readonly permissions: readonly HeldPermission[];
}

/** The built-in roles. Those that administrators add live in the auth database and are no part of the types. */
export const ROLES = {
  citizen: {
    summary: 'Everybody who registers',
    permissions: [
      'treasury:accounts:open',
      'treasury:accounts:read',
      'treasury:transfers:read',
      'treasury:transfers:create',
      'archives:documents:file',
      'archives:documents:read',
    ],
  },
  teller: { summary: 'Serves citizens at the counter', permissions: ['treasury:accounts:*', 'treasury:transfers:*'] },
  treasurer: { summary: 'Answers for the money', inherits: ['teller'], permissions: ['treasury:*'] },
  scribe: { summary: 'Files documents', permissions: ['archives:documents:file', 'archives:documents:read'] },
  archivist: { summary: 'Answers for the documents', inherits: ['scribe'], permissions: ['archives:*'] },
  auditor: {
    summary: 'Reads everything, changes nothing',
    permissions: [
      'treasury:accounts:read',
      'treasury:accounts:read-any',
      'treasury:transfers:read',
      'treasury:reports:read',
      'archives:documents:read',
      'archives:documents:read-any',
      'auth:users:read',
      'auth:roles:read',
      'auth:keys:read',
      'auth:audit:read',
    ],
  },
  warden: { summary: 'Keeps the gate: users, roles, tokens, keys', permissions: ['auth:*'] },
  sovereign: { summary: 'May do everything', permissions: ['*'] },
} as const satisfies Record<string, BuiltInRole>;

export type Role = keyof typeof ROLES;

export const ALL_ROLES = Object.keys(ROLES) as readonly Role[];

const BUILT_IN = new RoleBook(ROLES);

/** What a user with these built-in roles may do, folded. A name that is none gives nothing. */
export const permissionsOf = (roles: readonly string[]): string[] => BUILT_IN.permissionsOf(roles);

/** The given built-in roles with all that they inherit; other names are left out. */
export const expand = (roles: readonly string[]): string[] => BUILT_IN.expand(roles);
