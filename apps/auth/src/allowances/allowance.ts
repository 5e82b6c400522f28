import { Prisma } from '../generated/prisma/client.js';

/** How often something may be done: so many times at once, and then once in so many seconds. */
export interface Allowance {
  readonly atOnce: number;
  readonly every: number;
}

/** What one session or one user may do, by the kind of work. No client that works as it should comes near. */
export const ALLOWANCES = {
  /** Several tabs refresh with one token; a token lives for 30 seconds at least. */
  refreshOfSession: { atOnce: 60, every: 10 },
  refreshOfUser: { atOnce: 120, every: 5 },
  /** `/oauth/revoke`, whoever sends the tokens of that user. */
  revocationOfUser: { atOnce: 30, every: 10 },
  /** Sessions opened and passwords changed: each leaves rows that are kept for long. */
  loginOfUser: { atOnce: 120, every: 60 },
  /** Tokens and sessions that one administrator names; those may be of anybody, or of nobody. */
  orderOfAdministrator: { atOnce: 600, every: 2 },
} as const satisfies Readonly<Record<string, Allowance>>;

export type AllowanceKind = keyof typeof ALLOWANCES;

/**
 * SQL that uses an allowance once, to be a statement or a part of one: it returns a row if there was something left.
 * One row in the database, so that all replicas count together, and of many at once each is counted.
 *
 * @param of - the id of the session or user, as SQL
 * @param from - where the id comes from; without a row there, nothing is used
 */
export function spend(kind: AllowanceKind, of: Prisma.Sql, from: Prisma.Sql = Prisma.empty): Prisma.Sql {
  const { atOnce, every } = ALLOWANCES[kind];
  const once = Prisma.sql`make_interval(secs => ${every})`;
  return Prisma.sql`
    INSERT INTO allowances AS held (key, spent_until)
    SELECT ${`${kind}:`}::text || ${of}, clock_timestamp() + ${once} ${from}
    ON CONFLICT (key) DO UPDATE SET spent_until = GREATEST(held.spent_until, clock_timestamp()) + ${once}
    WHERE held.spent_until <= clock_timestamp() + make_interval(secs => ${every * (atOnce - 1)})
    RETURNING true`;
}
