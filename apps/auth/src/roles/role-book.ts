import { ROLES } from '@citadel/contracts';
import { RoleBook } from '@citadel/protocol';

import type { Prisma, PrismaClient } from '../generated/prisma/client.js';

/** Custom roles that one Citadel may have: the whole book is read wherever one role is, so that inheritance is seen whole. */
export const MOST_ROLES = 500;

/** All roles as they are now, or as a transaction sees them. */
export async function roleBook(prisma: PrismaClient | Prisma.TransactionClient): Promise<RoleBook> {
  return new RoleBook(ROLES, await prisma.role.findMany({ take: MOST_ROLES }));
}
