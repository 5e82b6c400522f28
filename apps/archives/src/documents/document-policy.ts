import { holds, type Principal } from '@citadel/auth';
import { type Clearance, CLEARANCES, isCleared } from '@citadel/protocol';

import { Prisma } from '../generated/prisma/client.js';

/** After that it is gone: the database itself lets no document go earlier. */
export const RESTORABLE_DAYS = 30;

/** What somebody may do with a document; each includes those before it. */
export type Access = 'read' | 'write' | 'own';

/** Nobody writes what is more secret than they are cleared for. */
export function mayFile(clearance: Clearance, user: Principal): boolean {
  return isCleared(user.clearance, clearance);
}

/** The levels that a user is cleared for. */
export function levelsOf(user: Principal): Clearance[] {
  return CLEARANCES.filter((level) => isCleared(user.clearance, level));
}

/**
 * The one rule about who reaches which document, as conditions on `documents d`, each of which is one way to it. A list, a
 * count and a single read all ask with them, so they cannot disagree; apart, so that each can use an index of its own.
 *
 * Clearance binds everybody, the owner included: the document may have been raised since. What is deleted is reached by
 * nobody. Without a way there is no document: whoever may not read it is not told that it exists.
 */
export function waysTo(access: Access, user: Principal): readonly Prisma.Sql[] {
  const own = Prisma.sql`d.owner_id = ${user.id}::uuid AND ${isWithin(levelsOf(user))} AND d.deleted_at IS NULL`;
  if (access === 'own') return [own];
  if (access === 'write') return holds(user, 'archives:documents:file') ? [own] : [Prisma.sql`false`];
  const levels = levelsReadBy(user).map((level) => Prisma.sql`${isWithin([level])} AND d.deleted_at IS NULL`);
  return [own, ...levels];
}

/** The same ways as one condition. */
export function isOpenTo(user: Principal, access: Access): Prisma.Sql {
  return Prisma.sql`(${Prisma.join([...waysTo(access, user)], ' OR ')})`;
}

/** What a user owns and has deleted, and is still cleared for, until it is swept away. */
export function isRestorableBy(user: Principal): Prisma.Sql {
  return Prisma.sql`(d.owner_id = ${user.id}::uuid AND ${isWithin(levelsOf(user))}
    AND d.deleted_at > now() - make_interval(days => ${RESTORABLE_DAYS}))`;
}

const isWithin = (levels: readonly Clearance[]) => Prisma.sql`d.clearance = ANY(${levels}::clearance[])`;

/** Whoever wrote it. */
function levelsReadBy(user: Principal): Clearance[] {
  return holds(user, 'archives:documents:read-any') ? levelsOf(user) : ['public'];
}
