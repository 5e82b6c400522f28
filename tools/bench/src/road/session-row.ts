import { createHash } from 'node:crypto';
import { Client, type ClientConfig } from 'pg';

/** Other sessions beside the one that is used, as an index of one row would be none. */
const OTHERS = 10_000;

/**
 * Makes the table that a session is looked up in for each request, with the digest of its token, as it should be kept.
 *
 * @param database - with a login that may make tables
 * @param reader - the login that the gateway has
 */
export async function storeSession(
  database: ClientConfig,
  { token, user, reader }: Readonly<Record<'token' | 'user' | 'reader', string>>,
): Promise<void> {
  const client = new Client(database);
  await client.connect();
  try {
    await client.query(`
      CREATE TABLE road_sessions (digest bytea PRIMARY KEY, user_id uuid NOT NULL, expires_at timestamptz NOT NULL);
      GRANT SELECT ON road_sessions TO ${client.escapeIdentifier(reader)};`);
    const insert = `INSERT INTO road_sessions SELECT unnest($1::bytea[]), $2, now() + interval '1 day'`;
    const tokens = [token, ...Array.from({ length: OTHERS }, (_, index) => String(index))];
    await client.query(insert, [tokens.map((one) => createHash('sha256').update(one).digest()), user]);
    await client.query('ANALYZE road_sessions');
  } finally {
    await client.end();
  }
}
