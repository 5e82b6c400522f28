import type { Revocation } from '@citadel/auth';
import { revocationKey } from '@citadel/auth/nats';

import { Prisma } from '../generated/prisma/client.js';
import type { Transaction } from './revocations.service.js';

/** Tokens and sessions of one user that are refused one by one at the same time. */
export const NAMED_PER_USER = 20;

/** A revocation; the owner, where a token or a session of a known user is named. */
export type Order = Revocation & { readonly owner?: string };

/**
 * Holds a user's row until the transaction ends, before any of their sessions: whoever raises the generation takes the
 * same order, and of many revocations at once each finds those before it counted.
 */
export async function lockUser(transaction: Transaction, id: string): Promise<void> {
  await transaction.$queryRaw(Prisma.sql`SELECT 1 FROM users WHERE id = ${id}::uuid FOR NO KEY UPDATE`);
}

/**
 * What is stored instead of orders that would name too much: one entry, which refuses all tokens that the owner has had
 * so far. Their sessions stay, and get good tokens with the next refresh. The owner's row must be locked.
 *
 * @param atMost - how many names a user may have at the same time
 */
export async function collapse(
  transaction: Transaction,
  orders: readonly Order[],
  atMost: number,
): Promise<readonly Order[]> {
  const owner = orders.find((order) => order.owner !== undefined)?.owner;
  if (owner === undefined) return orders;
  const owned = orders.filter((order) => order.owner === owner);
  const others = { owner, expiresAt: { gt: new Date() }, key: { notIn: owned.map(revocationKey) } };
  if ((await transaction.revocation.count({ where: others })) + owned.length <= atMost) return orders;
  const data = { generation: { increment: 1 } };
  const { generation } = await transaction.user.update({ where: { id: owner }, data });
  return [...orders.filter((order) => order.owner !== owner), { kind: 'subject', id: owner, generation }];
}
