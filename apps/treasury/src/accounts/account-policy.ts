import { holds, type Principal } from '@citadel/auth';

import type { Prisma } from '../generated/prisma/client.js';

/** The accounts that somebody may see: their own, or with `treasury:accounts:read-any` all, the vaults among them. */
export const visibleTo = (user: Principal): Prisma.AccountWhereInput => (seesAll(user) ? {} : { ownerId: user.id });

/** The same for one account that has been read. */
export const maySee = ({ ownerId }: Pick<Party, 'ownerId'>, user: Principal): boolean =>
  seesAll(user) || ownerId === user.id;

const seesAll = (user: Principal): boolean => holds(user, 'treasury:accounts:read-any');

/** What never changes of an account, so that it can be judged before anything is locked. */
export interface Party {
  readonly id: string;
  readonly ownerId: string | null;
  readonly kind: 'customer' | 'vault';
}

/** Anybody's account may be paid into; into a vault, money goes out of circulation. */
export function mayPayInto({ kind }: Party, user: Principal): boolean {
  return kind === 'customer' || holds(user, 'treasury:vault:draw');
}
