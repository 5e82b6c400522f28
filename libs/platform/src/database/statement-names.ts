/** Statements that a connection keeps prepared. Prisma writes another text for each length of a list, so there can be more. */
const MOST = 256;

/**
 * Names for the statements that Prisma sends, so that PostgreSQL parses and plans each of them once for a connection, and not
 * for every call. The first texts get one; their number is bounded, as their memory is at both ends.
 *
 * @returns for `statementNameGenerator` of Prisma's adapter; an empty name is a statement that is not kept
 * @example new PrismaPg(databasePool(config, 'archives'), { statementNameGenerator: statementNames() })
 */
export function statementNames(atMost = MOST): (query: { readonly sql: string }) => string {
  const names = new Map<string, string>();
  return ({ sql }) => {
    const known = names.get(sql);
    if (known !== undefined) return known;
    if (names.size >= atMost) return '';
    const name = `prisma_${String(names.size + 1)}`;
    names.set(sql, name);
    return name;
  };
}
