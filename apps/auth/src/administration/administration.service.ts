import type { Revocation } from '@citadel/auth';
import { problem } from '@citadel/contracts';
import type { RoleBook } from '@citadel/protocol';
import { Injectable } from '@nestjs/common';

import type { Actor } from '../audit/audit-event.js';
import { Prisma, type User } from '../generated/prisma/client.js';
import { RevocationsService, type Transaction } from '../revocations/revocations.service.js';
import { roleBook } from '../roles/role-book.js';
import type { Power } from './power.js';

export type UserWithRoles = User & { readonly roles: readonly { readonly role: string }[] };

/** One advisory lock for every change of power: each is decided on what the one before has left. */
export const POWER_LOCK = 7_240_111;

/** The state that an administrative change is decided on, read under the lock. */
export interface ChangeContext {
  readonly transaction: Transaction;
  readonly book: RoleBook;
  /** Whoever asks, with the power that they have now, which may be less than their token says. */
  readonly actor: Power;
}

/** Where changes of power take place: one at a time, on current facts, and with their revocations. */
@Injectable()
export class AdministrationService {
  constructor(private readonly revocations: RevocationsService) {}

  /**
   * Runs a change under the lock. What it returns as revoked is refused by every service afterwards.
   *
   * @throws Problem of the change; `unauthenticated` if whoever asks has been disabled, or had anything taken away, since
   *   their token was issued: the guard saw the token before this change had its turn
   */
  async change<T>(
    actor: Actor,
    work: (context: ChangeContext) => Promise<{ result: T; revoked: readonly Revocation[] }>,
  ): Promise<T> {
    let result: { readonly value: T } | undefined;
    await this.revocations.revoke(async (transaction) => {
      await transaction.$executeRaw`SELECT pg_advisory_xact_lock(${POWER_LOCK})`;
      const book = await roleBook(transaction);
      const user = await findUser(transaction, actor.user.id);
      if (!user || user.disabledAt || actor.user.generation.subject < user.generation) throw problem('unauthenticated');
      const done = await work({ transaction, book, actor: powerOf(user, book) });
      result = { value: done.result };
      return done.revoked;
    });
    if (!result) throw new Error('A change was committed without a result');
    return result.value;
  }
}

export const findUser = (transaction: Transaction, id: string): Promise<UserWithRoles | null> =>
  transaction.user.findUnique({ where: { id }, include: { roles: true } });

export const roleNames = ({ roles }: UserWithRoles): string[] => roles.map(({ role }) => role).sort();

export const powerOf = (user: UserWithRoles, book: RoleBook): Power => ({
  id: user.id,
  permissions: book.heldBy(roleNames(user)),
  clearance: user.clearance,
});

/**
 * Makes every token of a user so far too old, so that what a change took away is gone at once; what it gave comes with
 * the next refresh. Also the change's mark on the version.
 */
export async function invalidateTokens(
  transaction: Transaction,
  id: string,
  data: Prisma.UserUpdateInput = {},
): Promise<Revocation> {
  const counted = { ...data, generation: { increment: 1 }, version: { increment: 1 } };
  const { generation } = await transaction.user.update({ where: { id }, data: counted });
  return { kind: 'subject', id, generation };
}
