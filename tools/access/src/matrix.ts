import type { AccessRule } from '@citadel/auth';
import { ALL_ROLES, expand, permissionsOf, type Role } from '@citadel/contracts';
import { covers, type RequiredAccess } from '@citadel/protocol';

import type { Guarded } from './read-decorators.js';

/** One line of the matrix: an operation, what it asks for, and who has that. */
export interface MatrixRow {
  readonly operation: string;
  readonly http: string;
  readonly requires: RequiredAccess;
  /** Callable without a token. */
  readonly anonymous: boolean;
  readonly roles: Readonly<Record<Role, boolean>>;
}

export const matrixOf = (guarded: readonly Guarded[]): MatrixRow[] =>
  guarded.map(({ operation, rules }) => {
    const requires = requiredBy(rules);
    const allowed = ALL_ROLES.map((role) => [role, mayCall(role, requires)] as const);
    return {
      operation: operation.id,
      http: `${operation.method} ${operation.path}`,
      requires,
      anonymous: requires.public === true,
      // Made of all roles, one entry each.
      roles: Object.fromEntries(allowed) as Record<Role, boolean>,
    };
  });

/** What a handler's rules add up to. */
export function requiredBy(rules: readonly AccessRule[]): RequiredAccess {
  if (rules.length === 0) throw new Error('A handler declares no access rule');
  const permissions = rules.flatMap((rule) => (rule.kind === 'permissions' ? rule.allOf : []));
  const roles = rules.flatMap((rule) => (rule.kind === 'roles' ? rule.anyOf : []));
  const clearance = rules.find((rule) => rule.kind === 'clearance')?.atLeast;
  const ages = rules.flatMap((rule) => (rule.kind === 'recent-login' ? [rule.maxAge] : []));
  return {
    ...(rules.every(({ kind }) => kind === 'public') ? { public: true as const } : {}),
    ...(permissions.length > 0 ? { permissions } : {}),
    ...(roles.length > 0 ? { roles } : {}),
    ...(clearance === undefined ? {} : { clearance }),
    ...(ages.length > 0 ? { recentLogin: Math.min(...ages) } : {}),
  };
}

/** Whether the role alone opens the door. A clearance and a recent login are the person's, not the role's. */
function mayCall(role: Role, { permissions = [], roles }: RequiredAccess): boolean {
  const held = permissionsOf([role]);
  const hasRole = roles === undefined || expand([role]).some((one) => roles.includes(one));
  return hasRole && permissions.every((permission) => covers(held, permission));
}
