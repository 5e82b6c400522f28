import pg from 'pg';

const { escapeIdentifier, escapeLiteral } = pg;

/** One service's database and those who may log in to it. */
export interface ServiceDatabase {
  /** Of the database, and of the login that the service has at run time. */
  readonly name: string;
  /** SCRAM verifiers, so that no password stands in a statement; each is set again at every start. */
  readonly passwords: { readonly service: string; readonly migrator: string };
}

export const ownerOf = (database: string) => `${database}_owner`;
export const migratorOf = (database: string) => `${database}_migrator`;

/**
 * Makes a database, or brings an older one up to date: an owner that cannot log in, a migrator that acts as the owner, and
 * a service login that owns nothing. What an older version let the service login own goes to the owner.
 *
 * @param superuser - connection to any database of the server
 */
export async function prepareServiceDatabase(superuser: pg.ClientConfig, database: ServiceDatabase): Promise<void> {
  const { roles, create, access } = statementsOf(database);
  await run(superuser, async (client) => {
    await client.query(roles);
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [database.name]);
    if (rowCount === 0) await client.query(create);
  });
  await run({ ...superuser, database: database.name }, (client) => client.query(access));
}

/** The same for psql, as a script that may run at every start. */
export function psqlScriptOf(databases: readonly ServiceDatabase[]): string {
  const scripts = databases.map((database) => {
    const { roles, create, access } = statementsOf(database);
    const unless = `WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = ${escapeLiteral(database.name)})`;
    const connect = `\\connect ${escapeIdentifier(database.name)}`;
    return `${roles}\nSELECT ${escapeLiteral(create)} ${unless} \\gexec\n${connect}\n${access}\n\\connect postgres\n`;
  });
  return ['\\set ON_ERROR_STOP on', LOCKED_SERVER, ...scripts].join('\n');
}

/** Nobody connects to the databases that come with a server. */
export const LOCKED_SERVER = 'REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC;';

const HARMLESS = 'NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS';

function statementsOf({ name, passwords }: ServiceDatabase) {
  const [database, service] = [escapeIdentifier(name), escapeIdentifier(name)];
  const [owner, migrator] = [escapeIdentifier(ownerOf(name)), escapeIdentifier(migratorOf(name))];
  return {
    roles: [
      ...[owner, service, migrator].map(
        (role) => `DO $$ BEGIN CREATE ROLE ${role}; EXCEPTION WHEN duplicate_object THEN NULL; END $$;`,
      ),
      `ALTER ROLE ${owner} NOLOGIN ${HARMLESS};`,
      `ALTER ROLE ${service} LOGIN ${HARMLESS} PASSWORD ${escapeLiteral(passwords.service)};`,
      `ALTER ROLE ${migrator} LOGIN ${HARMLESS} PASSWORD ${escapeLiteral(passwords.migrator)};`,
      `GRANT ${owner} TO ${migrator} WITH INHERIT FALSE, SET TRUE;`,
      // pg_hba.conf lets a login into the database of its own name, and into that of a role which it is a member of.
      `GRANT ${service} TO ${migrator} WITH INHERIT FALSE, SET FALSE;`,
      `ALTER ROLE ${migrator} SET role = ${escapeLiteral(ownerOf(name))};`,
    ].join('\n'),
    // The built-in locale sorts the same on every machine.
    create:
      `CREATE DATABASE ${database} OWNER ${owner} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C' ` +
      `LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'`,
    access: [
      `ALTER DATABASE ${database} OWNER TO ${owner};`,
      `REVOKE ALL ON DATABASE ${database} FROM PUBLIC, ${service};`,
      `GRANT CONNECT ON DATABASE ${database} TO ${service}, ${migrator};`,
      `REASSIGN OWNED BY ${service} TO ${owner};`,
      `REVOKE ALL ON SCHEMA public FROM PUBLIC, ${service};`,
      `GRANT USAGE ON SCHEMA public TO ${service};`,
    ].join('\n'),
  };
}

async function run(connection: pg.ClientConfig, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client(connection);
  await client.connect();
  await work(client).finally(() => client.end());
}
