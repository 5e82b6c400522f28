import { holds, type Principal } from '@citadel/auth';
import { problem } from '@citadel/contracts';
import { type Clearance, CLEARANCES, isCleared, type Problem } from '@citadel/protocol';

import { Prisma } from '../generated/prisma/client.js';

/** Days for which a deleted document can be restored. The database itself refuses to remove one earlier. */
export const RESTORABLE_DAYS = 30;

/** What a user may do with a document; each includes those before it. */
export type Access = 'read' | 'write' | 'own';

/** A user writes nothing that is more secret than they are cleared for. */
export function mayFile(clearance: Clearance, user: Principal): boolean {
  return isCleared(user.clearance, clearance);
}

/**
 * Decides about a change of clearance by a user who has the access that it needs. It is raised up to the user's own clearance.
 * Lowering it shows the document to others, and needs the permission to declassify.
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
 * Clearance binds every user, the owner included: the document may have been raised since. There is no way to a deleted
 * document. Without a way a document is not found: a user who may not read it does not learn that it exists.
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

/** The levels that a user reads without being the owner or having a grant. */
function levelsReadBy(user: Principal): Clearance[] {
  return holds(user, 'archives:documents:read-any') ? levelsOf(user) : ['public'];
}
