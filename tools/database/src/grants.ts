import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';

interface Grantee {
  readonly login: string;
  readonly exists: boolean;
  readonly owns: boolean;
}

/**
 * Gives the login that a service has at run time exactly what `grants.sql` beside its migrations says, after each
 * migration: whatever it had before is taken from it in the same transaction. The login is named like its database.
 *
 * @throws Error that names the tables and sequences which `grants.sql` forgets
 */
export async function applyGrants(
  connection: pg.ClientConfig,
  service: string,
  migrations: string,
  log: (line: string) => void,
): Promise<void> {
  const file = path.join(migrations, '../grants.sql');
  if (!existsSync(file)) return;
  const client = new pg.Client(connection);
  await client.connect();
  try {
    const { login, exists, owns } = await granteeOf(client);
    if (!exists || owns) return log(warningOf(service, login, exists));
    const grantee = pg.escapeIdentifier(login);
    await client.query('BEGIN');
    await client.query(`
      REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, ${grantee};
      REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM PUBLIC, ${grantee};
      REVOKE ALL ON ALL ROUTINES IN SCHEMA public FROM PUBLIC, ${grantee};`);
    await client.query((await readFile(file, 'utf8')).replaceAll(':"login"', grantee));
    await requireEveryTable(client, service, login);
    await client.query('COMMIT');
  } finally {
    await client.end();
  }
}

async function granteeOf(client: pg.Client): Promise<Grantee> {
  const { rows } = await client.query<Grantee>(`
    SELECT current_database() AS login, current_user = current_database() AS owns,
           EXISTS (SELECT FROM pg_roles WHERE rolname = current_database()) AS exists`);
  const [row] = rows;
  if (!row) throw new Error('A query without conditions returned no row');
  return row;
}

function warningOf(service: string, login: string, exists: boolean): string {
  const cause = exists ? `${login} owns the tables of its database` : `there is no login ${login}`;
  return (
    `${service}: ${cause}, so the service can change its own tables and triggers. ` +
    'docs/deployment.md ("Databases of your own") shows how to give it less.'
  );
}

async function requireEveryTable(client: pg.Client, service: string, login: string): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relname <> '_prisma_migrations' AND CASE
       WHEN relkind IN ('r', 'p', 'v', 'm', 'f') THEN NOT has_any_column_privilege($1, oid, 'SELECT')
       WHEN relkind = 'S' THEN NOT has_sequence_privilege($1, oid, 'USAGE')
       ELSE false END
     ORDER BY relname`,
    [login],
  );
  if (rows.length === 0) return;
  throw new Error(
    `prisma/${service}/grants.sql gives the service nothing on ${rows.map(({ name }) => name).join(', ')}: ` +
      'add a GRANT for each, with what the service needs and no more.',
  );
}
