import { ALL_PERMISSIONS, problem, ROLES } from '@citadel/contracts';
import { implies, RoleBook, type RoleEntry } from '@citadel/protocol';
import { refuse } from '@citadel/platform';
import { Injectable, Logger } from '@nestjs/common';

import {
  AdministrationService,
  type ChangeContext,
  invalidateTokens,
  powerOf,
  roleNames,
  type UserWithRoles,
} from './administration.service.js';
import { refuseChange, refuseRole } from './power.js';
import { type Actor, byActor, type EventType, recordEvent } from '../audit/audit-event.js';
import { PrismaClient, type Role } from '../generated/prisma/client.js';
import { MOST_ROLES, roleBook } from '../roles/role-book.js';
import { requireRolesFitToken } from '../roles/roles-fit-token.js';

interface RoleFields {
  readonly name: string;
  readonly summary: string;
  readonly permissions: readonly string[];
  readonly inherits: readonly string[];
}

/** Roles that administrators make, in addition to those in code. */
@Injectable()
export class RolesService {
  private readonly logger = new Logger(RolesService.name);

  constructor(
    private readonly prisma: PrismaClient,
    private readonly administration: AdministrationService,
  ) {}

  async list() {
    const custom = await this.prisma.role.findMany({ orderBy: { name: 'asc' }, take: MOST_ROLES });
    const book = new RoleBook(ROLES, custom);
    const builtIn = Object.entries(ROLES).map(([name, role]) => ({
      name,
      summary: role.summary,
      permissions: [...role.permissions],
      inherits: 'inherits' in role ? [...role.inherits] : [],
      effectivePermissions: book.permissionsOf([name]),
      isBuiltIn: true,
      version: 0,
    }));
    return { items: [...builtIn, ...custom.map((role) => toReply(role, book))] };
  }

  async create(fields: RoleFields, actor: Actor) {
    requireCustom(fields.name);
    return this.administration.change(actor, async ({ transaction, book, actor: power }) => {
      requireKnown(fields, book);
      const after = bookWith(await transaction.role.findMany(), fields);
      const refusal = refuseRole(power, after.heldBy([fields.name]));
      if (refusal) throw refusal;
      if ((await transaction.role.count()) >= MOST_ROLES)
        throw problem('invalid-request', { detail: `There can be ${String(MOST_ROLES)} custom roles at most` });
      const role = await transaction.role
        .create({ data: dataOf(fields) })
        .catch(refuse('P2002', (cause) => problem('role-taken', { cause })));
      await record(transaction, actor, 'role-created', fields);
      return { result: toReply(role, after), revoked: [] };
    });
  }

  /** Changes a role for all who have it, and so must be allowed to change each of them. */
  async change({ version, ...fields }: RoleFields & { version?: number | undefined }, actor: Actor) {
    requireCustom(fields.name);
    return this.administration.change(actor, async (context) => {
      const { transaction, book, actor: power } = context;
      const role = await findRole(context, fields.name, version);
      requireKnown(fields, book);
      if (book.hasCycle(fields.name, fields.inherits)) throw problem('role-cycle');
      const after = bookWith(await transaction.role.findMany(), fields);
      const holders = await holdersOf(context, fields.name);
      const refusal =
        refuseRole(power, [...book.heldBy([fields.name]), ...after.heldBy([fields.name])]) ??
        holders
          .map((user) => refuseChange(power, powerOf(user, book), powerOf(user, after)))
          .find((found) => found !== undefined);
      if (refusal) throw refusal;
      for (const user of holders) requireRolesFitToken(after.expand(roleNames(user)));

      const changed = await transaction.role.update({
        where: { name: role.name },
        data: { ...dataOf(fields), version: { increment: 1 } },
      });
      const revoked = [];
      for (const { id } of holders) revoked.push(await invalidateTokens(transaction, id));
      await record(transaction, actor, 'role-changed', fields);
      return { result: toReply(changed, after), revoked };
    });
  }

  async remove({ name, version }: { name: string; version?: number | undefined }, actor: Actor): Promise<null> {
    return this.administration.change(actor, async (context) => {
      const { transaction, book, actor: power } = context;
      if (!book.ambiguous.includes(name)) requireCustom(name);
      const role = await findRole(context, name, version);
      const refusal = refuseRole(power, book.heldBy([name]));
      if (refusal) throw refusal;
      const isHeld = (await transaction.userRole.count({ where: { role: name } })) > 0;
      const isInherited = (await transaction.role.count({ where: { inherits: { has: name } } })) > 0;
      if (isHeld || isInherited) throw problem('role-in-use');
      await transaction.role.delete({ where: { name: role.name } });
      await record(transaction, actor, 'role-removed', role);
      return { result: null, revoked: [] };
    });
  }

  /** Logs as an error which custom roles have the name of a built-in one, and what to do. */
  async reportAmbiguous(): Promise<void> {
    const { ambiguous } = await this.book();
    if (ambiguous.length === 0) return;
    this.logger.error(
      `Custom roles have the names of built-in ones: ${ambiguous.join(', ')}. Both give nothing until the custom role is ` +
        'taken from everybody (PUT /v1/users/{id}/roles) and removed (DELETE /v1/roles/{name})',
    );
  }

  book(): Promise<RoleBook> {
    return roleBook(this.prisma);
  }
}

function requireCustom(name: string): void {
  if (Object.hasOwn(ROLES, name)) throw problem('role-built-in', { detail: `${name} is a built-in role` });
}

/** Refuses by name what does not exist: a misspelt permission would give nothing today, and something else one day. */
function requireKnown({ permissions, inherits }: RoleFields, book: RoleBook): void {
  const unknown = permissions.find((held) => !ALL_PERMISSIONS.some((permission) => implies(held, permission)));
  if (unknown !== undefined) throw problem('unknown-permission', { detail: `There is no permission ${unknown}` });
  const missing = inherits.find((name) => !book.has(name));
  if (missing !== undefined) throw problem('unknown-role', { detail: `There is no role ${missing}` });
}

async function findRole({ transaction }: ChangeContext, name: string, version: number | undefined): Promise<Role> {
  const role = await transaction.role.findUnique({ where: { name } });
  if (!role) throw problem('role-not-found');
  if (version !== undefined && version !== role.version) throw problem('version-conflict');
  return role;
}

/** Everybody who has a role, themselves or through another that inherits it. */
async function holdersOf({ transaction, book }: ChangeContext, name: string): Promise<UserWithRoles[]> {
  const custom = await transaction.role.findMany({ select: { name: true } });
  const bearing = custom.map((role) => role.name).filter((one) => book.expand([one]).includes(name));
  return transaction.user.findMany({ where: { roles: { some: { role: { in: bearing } } } }, include: { roles: true } });
}

/** The book as it will be. */
const bookWith = (custom: readonly RoleEntry[], changed: RoleEntry) =>
  new RoleBook(ROLES, [...custom.filter(({ name }) => name !== changed.name), changed]);

const dataOf = ({ name, summary, permissions, inherits }: RoleFields) => ({
  name,
  summary,
  permissions: [...new Set(permissions)].sort(),
  inherits: [...new Set(inherits)].sort(),
});

async function record(
  transaction: ChangeContext['transaction'],
  actor: Actor,
  type: EventType,
  role: RoleEntry,
): Promise<void> {
  const detail = { role: role.name, permissions: [...role.permissions], inherits: [...role.inherits] };
  await recordEvent(transaction, { ...byActor(actor), type, outcome: 'success', detail });
}

const toReply = ({ name, summary, permissions, inherits, version }: Role, book: RoleBook) => ({
  name,
  summary,
  permissions,
  inherits,
  effectivePermissions: book.permissionsOf([name]),
  isBuiltIn: false,
  version,
});
