interface HasId {
  readonly id: string;
}

/** One page of a list; `nextCursor` is null on the last one. */
export interface Page<T extends HasId> {
  readonly items: T[];
  readonly nextCursor: string | null;
}

/**
 * The condition for the page behind a cursor, in lists ordered by descending id. Ids are UUIDs of version 7, so that is
 * newest first: what is added meanwhile comes before the first page and shifts nothing.
 */
export function olderThan(cursor: string | undefined): { id?: { lt: string } } {
  return cursor === undefined ? {} : { id: { lt: cursor } };
}

/**
 * Makes a page of rows of which one more was asked for than the page holds.
 *
 * @example pageOf(await prisma.account.findMany({ where: olderThan(cursor), orderBy: { id: 'desc' }, take: limit + 1 }), limit)
 */
export function pageOf<T extends HasId>(rows: readonly T[], limit: number): Page<T> {
  const items = rows.slice(0, limit);
  return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
}
