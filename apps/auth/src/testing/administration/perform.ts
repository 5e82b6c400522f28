import { testPrincipal } from '@citadel/auth/testing';
import { Problem } from '@citadel/protocol';

import { UsersAdministrationService } from '../../administration/users-administration.service.js';
import type { Event, PrismaClient } from '../../generated/prisma/client.js';
import { RolesService } from '../../administration/roles.service.js';
import { client, type Replica } from '../auth.js';
import type { Action } from './action.js';

/** Does it for real. @returns the code of the refusal, or `undefined` if it succeeded */
export async function perform(action: Action, replica: Replica): Promise<string | undefined> {
  const generation = { all: 0, subject: action.generation };
  const by = { user: testPrincipal({ id: action.actor, generation }), client };
  try {
    await start(action, replica, by);
    return undefined;
  } catch (error) {
    if (error instanceof Problem) return error.code;
    throw error;
  }
}

function start(action: Action, replica: Replica, by: Parameters<RolesService['create']>[1]): Promise<unknown> {
  const users = replica.get(UsersAdministrationService);
  const roles = replica.get(RolesService);
  const summary = 'Made by chance';
  switch (action.kind) {
    case 'set-roles':
      return users.setRoles({ ...action, id: action.target }, by);
    case 'set-clearance':
      return users.setClearance({ ...action, id: action.target }, by);
    case 'disable':
      return users.disable({ ...action, id: action.target }, by);
    case 'enable':
      return users.enable({ ...action, id: action.target }, by);
    case 'create-role':
      return roles.create({ ...action, summary }, by);
    case 'change-role':
      return roles.change({ ...action, summary }, by);
    case 'remove-role':
      return roles.remove(action, by);
  }
}

/** The action that the audit trail tells of. */
export function actionIn({ type, actor, subject, detail }: Event, generationOf: (actor: string) => number): Action {
  const by = { actor: actor ?? '', generation: generationOf(actor ?? ''), target: subject ?? '' };
  // Written by the services themselves, in these forms.
  const told = detail as { after: never; role: string; permissions: string[]; inherits: string[] };
  const asRole = { actor: by.actor, generation: by.generation, name: told.role };
  const { permissions, inherits } = told;
  switch (type) {
    case 'user-roles-changed':
      return { ...by, kind: 'set-roles', roles: told.after };
    case 'user-clearance-changed':
      return { ...by, kind: 'set-clearance', clearance: told.after };
    case 'user-disabled':
      return { ...by, kind: 'disable' };
    case 'user-enabled':
      return { ...by, kind: 'enable' };
    case 'role-created':
      return { ...asRole, kind: 'create-role', permissions, inherits };
    case 'role-changed':
      return { ...asRole, kind: 'change-role', permissions, inherits };
    default:
      return { ...asRole, kind: 'remove-role' };
  }
}

/** What the database holds, to be compared with a model's `users` and `roles`. */
export async function stateIn(prisma: PrismaClient) {
  const users = await prisma.user.findMany({ include: { roles: true } });
  const roles = await prisma.role.findMany();
  return {
    users: new Map(
      users.map(({ id, clearance, disabledAt, version, generation, roles: held }) => [
        id,
        {
          roles: new Set(held.map((one) => one.role)),
          clearance,
          isDisabled: disabledAt !== null,
          version,
          generation,
        },
      ]),
    ),
    roles: new Map(
      roles.map(({ name: one, permissions, inherits, version }) => [
        one,
        { permissions: new Set(permissions), inherits: new Set(inherits), version },
      ]),
    ),
  };
}
