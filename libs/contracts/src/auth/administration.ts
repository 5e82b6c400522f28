import { CLEARANCES, Id, line, operation, page, pageOf, text, Timestamp } from '@citadel/protocol';
import { z } from 'zod';

/** Lower-case ASCII only: a name that looks like `sovereign` in another alphabet would deceive whoever reads it. */
export const RoleName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{1,62}[a-z0-9]$/, 'must be 3 to 64 of a-z, 0-9 and -, beginning with a letter');

/** Whether it exists is for the service to say, by name. */
const HeldPermissionName = text(1, 100);

export const RoleDescription = z.object({
  name: z.string(),
  summary: z.string(),
  permissions: z.array(z.string()),
  inherits: z.array(z.string()),
  effectivePermissions: z.array(z.string()),
  isBuiltIn: z.boolean(),
  version: z.int(),
});

export const User = z.object({
  id: Id,
  email: z.string(),
  roles: z.array(z.string()),
  effectivePermissions: z.array(z.string()),
  clearance: z.enum(CLEARANCES),
  isDisabled: z.boolean(),
  createdAt: Timestamp,
  version: z.int(),
});

const roleFields = {
  summary: line(200),
  permissions: z.array(HeldPermissionName).max(64),
  inherits: z.array(RoleName).max(16).default([]),
};

/** Operations of those who administer users and roles. */
export const administration = {
  listRoles: operation({
    summary: 'All roles, built-in and custom',
    http: 'GET /v1/roles',
    response: z.object({ items: z.array(RoleDescription) }),
  }),
  createRole: operation({
    summary: 'Make a custom role of permissions that you hold yourself',
    http: 'POST /v1/roles',
    status: 201,
    body: { name: RoleName, ...roleFields },
    response: RoleDescription,
    problems: ['role-taken', 'role-built-in', 'unknown-permission', 'unknown-role', 'beyond-your-power'],
  }),
  changeRole: operation({
    summary: 'Change a custom role, for everybody who has it',
    http: 'PUT /v1/roles/{name}',
    versioned: true,
    params: { name: RoleName },
    body: roleFields,
    response: RoleDescription,
    problems: [
      'role-not-found',
      'role-built-in',
      'unknown-permission',
      'unknown-role',
      'role-cycle',
      'too-many-roles',
      'self-change',
      'beyond-your-power',
    ],
  }),
  removeRole: operation({
    summary: 'Remove a custom role that nobody has',
    http: 'DELETE /v1/roles/{name}',
    status: 204,
    versioned: true,
    params: { name: RoleName },
    response: z.null(),
    problems: ['role-not-found', 'role-built-in', 'role-in-use', 'beyond-your-power'],
  }),
  listUsers: operation({
    summary: 'Users, in the order of their e-mail addresses',
    http: 'GET /v1/users',
    query: {
      limit: page.limit,
      cursor: text(1, 400).optional().describe('`nextCursor` of the page before'),
      search: text(1, 100).optional().describe('Part of the e-mail address'),
    },
    response: pageOf(User),
  }),
  findUser: operation({
    summary: 'One user, with what they may do',
    http: 'GET /v1/users/{id}',
    versioned: true,
    params: { id: Id },
    response: User,
    problems: ['user-not-found'],
  }),
  setUserRoles: operation({
    summary: 'Replace the roles of a user',
    http: 'PUT /v1/users/{id}/roles',
    versioned: true,
    params: { id: Id },
    body: { roles: z.array(RoleName).max(16) },
    response: User,
    problems: [
      'user-not-found',
      'unknown-role',
      'too-many-roles',
      'self-change',
      'beyond-your-power',
      'last-sovereign',
    ],
  }),
  setUserClearance: operation({
    summary: 'Set the clearance of a user',
    http: 'PUT /v1/users/{id}/clearance',
    versioned: true,
    params: { id: Id },
    body: { clearance: z.enum(CLEARANCES) },
    response: User,
    problems: ['user-not-found', 'self-change', 'beyond-your-power'],
  }),
  disableUser: operation({
    summary: 'Disable a user and end all of their sessions',
    http: 'POST /v1/users/{id}/disable',
    versioned: true,
    params: { id: Id },
    response: User,
    problems: ['user-not-found', 'self-change', 'beyond-your-power', 'last-sovereign'],
  }),
  enableUser: operation({
    summary: 'Let a disabled user log in again',
    http: 'POST /v1/users/{id}/enable',
    versioned: true,
    params: { id: Id },
    response: User,
    problems: ['user-not-found', 'self-change', 'beyond-your-power'],
  }),
  deleteUser: operation({
    summary: 'Delete a user for good: their accounts are frozen, their documents go to the successor, if one is named',
    http: 'DELETE /v1/users/{id}',
    status: 204,
    versioned: true,
    params: { id: Id },
    query: { successor: Id.optional().describe('Another user, who is to own their documents; not yourself') },
    response: z.null(),
    problems: ['user-not-found', 'self-change', 'beyond-your-power', 'last-sovereign', 'unsuitable-successor'],
  }),
  explainAccess: operation({
    summary: 'Why somebody may or may not call an operation, or why a call was refused',
    http: 'POST /v1/access/explain',
    body: {
      user: Id.optional(),
      operation: text(1, 100).optional().describe('Such as treasury.openAccount'),
      decision: Id.optional().describe('The id that came with a refusal'),
    },
    response: z.object({
      isAllowed: z.boolean(),
      operation: z.string(),
      user: z.string().nullable(),
      reasons: z.array(z.string()),
      decision: z
        .object({
          id: Id,
          service: z.string(),
          occurredAt: Timestamp,
          code: z.string(),
          rule: z.string(),
          claims: z.record(z.string(), z.unknown()),
        })
        .nullable(),
    }),
    problems: ['user-not-found', 'operation-not-found', 'decision-not-found'],
  }),
} as const;
