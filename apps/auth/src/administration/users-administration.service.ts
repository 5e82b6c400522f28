import type { Revocation } from '@citadel/auth';
import { problem } from '@citadel/contracts';
import type { Clearance } from '@citadel/protocol';
import { Injectable } from '@nestjs/common';

import { type Actor, byActor, type EventType, recordEvent } from '../audit/audit-event.js';
import { PrismaClient } from '../generated/prisma/client.js';
import { endOpenSessions } from '../revocations/end-open-sessions.js';
import type { Transaction } from '../revocations/revocations.service.js';
import { roleBook } from '../roles/role-book.js';
import { requireRolesFitToken } from '../roles/roles-fit-token.js';
import {
  AdministrationService,
  type ChangeContext,
  findUser,
  invalidateTokens,
  powerOf,
  roleNames,
  type UserWithRoles,
} from './administration.service.js';
import { cursorAfter } from './email-cursor.js';
import { type Outcome, refuseChange, refuseStop } from './power.js';
import { toReply } from './user-reply.js';
import { matching } from './user-search.js';

interface Change {
  readonly id: string;
  /** The version that the caller saw; any, if left out. */
  readonly version?: number | undefined;
}

interface Plan {
  readonly type: EventType;
  readonly detail: Readonly<Record<string, string | string[]>>;
  readonly after: Outcome;
  readonly endsSovereignty: boolean;
  /** It takes everything and gives nothing. */
  readonly isStop?: true;
  apply(transaction: Transaction): Promise<Revocation>;
}

/** Who there is, and changing what they may do. */
@Injectable()
export class UsersAdministrationService {
  constructor(
    private readonly prisma: PrismaClient,
    private readonly administration: AdministrationService,
  ) {}

  async list({ limit, ...search }: { limit: number; cursor?: string | undefined; search?: string | undefined }) {
    const query = {
      where: matching(search),
      orderBy: { email: 'asc' },
      take: limit + 1,
      include: { roles: true },
    } as const;
    const [users, book] = await Promise.all([this.prisma.user.findMany(query), roleBook(this.prisma)]);
    const items = users.slice(0, limit).map((user) => toReply(user, book));
    const last = items.at(-1);
    return { items, nextCursor: users.length > limit && last ? cursorAfter(last.email) : null };
  }

  async find(id: string) {
    const user = await findUser(this.prisma, id);
    if (!user) throw problem('user-not-found');
    return toReply(user, await roleBook(this.prisma));
  }

  setRoles({ roles, ...change }: Change & { roles: readonly string[] }, actor: Actor) {
    const wanted = [...new Set(roles)].sort();
    return this.change(change, actor, ({ book }, user) => {
      const unknown = wanted.find((name) => !book.has(name));
      if (unknown !== undefined) throw problem('unknown-role', { detail: `There is no role ${unknown}` });
      requireRolesFitToken(book.expand(wanted));
      return {
        type: 'user-roles-changed',
        detail: { before: roleNames(user), after: wanted },
        after: { permissions: book.heldBy(wanted), clearance: user.clearance },
        endsSovereignty: !wanted.includes('sovereign'),
        apply: (transaction) =>
          invalidateTokens(transaction, user.id, {
            roles: { deleteMany: {}, create: wanted.map((role) => ({ role })) },
          }),
      };
    });
  }

  setClearance({ clearance, ...change }: Change & { clearance: Clearance }, actor: Actor) {
    return this.change(change, actor, ({ book }, user) => ({
      type: 'user-clearance-changed',
      detail: { before: user.clearance, after: clearance },
      after: { permissions: powerOf(user, book).permissions, clearance },
      endsSovereignty: false,
      apply: (transaction) => invalidateTokens(transaction, user.id, { clearance }),
    }));
  }

  disable(change: Change, actor: Actor) {
    return this.change(change, actor, ({ book }, user) => ({
      type: 'user-disabled',
      detail: {},
      after: powerOf(user, book),
      endsSovereignty: true,
      isStop: true,
      apply: async (transaction) => {
        // The user's row first: a login at the same moment is either before it, and its session is ended here, or after
        // it, and refused. Whoever ends sessions otherwise takes the same order.
        const revoked = await invalidateTokens(transaction, user.id, { disabledAt: user.disabledAt ?? new Date() });
        await endOpenSessions(transaction, { userId: user.id }, 'user-disabled');
        return revoked;
      },
    }));
  }

  enable(change: Change, actor: Actor) {
    return this.change(change, actor, ({ book }, user) => ({
      type: 'user-enabled',
      detail: {},
      after: powerOf(user, book),
      endsSovereignty: false,
      apply: (transaction) => invalidateTokens(transaction, user.id, { disabledAt: null }),
    }));
  }

  private change({ id, version }: Change, actor: Actor, plan: (context: ChangeContext, user: UserWithRoles) => Plan) {
    return this.administration.change(actor, async (context) => {
      const { transaction, book } = context;
      const user = await findUser(transaction, id);
      if (!user) throw problem('user-not-found');
      if (version !== undefined && version !== user.version) throw problem('version-conflict');
      const planned = plan(context, user);
      const target = powerOf(user, book);
      const refusal = planned.isStop
        ? refuseStop(context.actor, target)
        : refuseChange(context.actor, target, planned.after);
      if (refusal) throw refusal;
      if (planned.endsSovereignty) await requireAnotherSovereign(transaction, user);

      const revoked = await planned.apply(transaction);
      const { type, detail } = planned;
      await recordEvent(transaction, { ...byActor(actor), type, outcome: 'success', subject: id, detail });
      const changed = await findUser(transaction, id);
      if (!changed) throw problem('user-not-found');
      return { result: toReply(changed, book), revoked: [revoked] };
    });
  }
}

/** Without a sovereign nobody could ever make one again. Under the lock, so two of them cannot remove each other. */
export async function requireAnotherSovereign(transaction: Transaction, user: UserWithRoles): Promise<void> {
  if (user.disabledAt || !roleNames(user).includes('sovereign')) return;
  const others = { id: { not: user.id }, disabledAt: null, roles: { some: { role: 'sovereign' } } };
  if ((await transaction.user.count({ where: others })) === 0) throw problem('last-sovereign');
}
