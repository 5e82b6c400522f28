import { holds, type Principal } from '@citadel/auth';
import { type Clearance, CLEARANCES, isCleared } from '@citadel/protocol';

import type { Prisma } from '../generated/prisma/client.js';

/** Nobody writes what is more secret than they are cleared for. */
export function mayFile(clearance: Clearance, user: Principal): boolean {
  return isCleared(user.clearance, clearance);
}

/**
 * The documents that somebody may read, in a list as alone: what they filed themselves, what is public, and with
 * `archives:documents:read-any` everybody's, as far as they are cleared. Who wrote a document keeps it even if their
 * clearance has been lowered since: they know what it says.
 */
export function readableBy(user: Principal): Prisma.DocumentWhereInput {
  return { OR: [{ ownerId: user.id }, { clearance: { in: clearancesOpenTo(user) } }] };
}

function clearancesOpenTo(user: Principal): Clearance[] {
  if (!holds(user, 'archives:documents:read-any')) return ['public'];
  return CLEARANCES.filter((clearance) => isCleared(user.clearance, clearance));
}
