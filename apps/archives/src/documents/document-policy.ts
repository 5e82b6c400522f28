import { holds, type Principal } from '@citadel/auth';
import { problem } from '@citadel/contracts';
import { type Clearance, CLEARANCES, isCleared, type Problem } from '@citadel/protocol';

import { Prisma } from '../generated/prisma/client.js';

/** After that it is gone: the database itself lets no document go earlier. */
export const RESTORABLE_DAYS = 30;

/** What somebody may do with a document; each includes those before it. */
export type Access = 'read' | 'write' | 'own';

/** Nobody writes what is more secret than they are cleared for. */
export function mayFile(clearance: Clearance, user: Principal): boolean {
  return isCleared(user.clearance, clearance);
}

/**
 * Who may raise the clearance of a document is for their access to say; up to their own. Lowering it shows it to others, and
 * is for those whose office that is.
 *
 * @returns the refusal; `undefined` if there is none
 */
export function refuseClearance(before: Clearance, after: Clearance, user: Principal): Problem | undefined {
  if (!isCleared(before, after)) return mayFile(after, user) ? undefined : beyondClearance(user);
  if (before === after || holds(user, 'archives:documents:declassify')) return undefined;
  return problem('missing-permission', { permission: 'archives:documents:declassify' });
}

export const beyondClearance = (user: Principal): Problem =>
  problem('insufficient-clearance', { detail: `You are cleared up to "${user.clearance}"` });

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
  const granted = grantsOf(user).map(
    (grant) => Prisma.sql`d.id IN (SELECT g.document_id FROM document_grants g WHERE ${grant} AND g.revoked_at IS NULL
      AND g.access = ANY(${access === 'read' ? ['read', 'write'] : ['write']}::granted_access[]))
      AND ${isWithin(levelsOf(user))} AND d.deleted_at IS NULL`,
  );
  if (access === 'write') return holds(user, 'archives:documents:file') ? [own, ...granted] : [Prisma.sql`false`];
  const levels = levelsReadBy(user).map((level) => Prisma.sql`${isWithin([level])} AND d.deleted_at IS NULL`);
  return [own, ...granted, ...levels];
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

/** A grant gives a way to a document, and no clearance and no permission: its holder needs those of their own. */
const grantsOf = ({ id, roles }: Principal) => [
  Prisma.sql`g.user_id = ${id}::uuid`,
  ...(roles.length > 0 ? [Prisma.sql`g.role = ANY(${[...roles]}::text[])`] : []),
];

/** Whoever wrote it. */
function levelsReadBy(user: Principal): Clearance[] {
  return holds(user, 'archives:documents:read-any') ? levelsOf(user) : ['public'];
}
