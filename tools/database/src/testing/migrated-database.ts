import type pg from 'pg';

import { migrate } from '../migrate.js';
import { runAt, type ScratchPostgres, scratchPostgres } from './scratch-postgres.js';
import { askDatabaseServer, type CopiedDatabase } from './shared-databases.js';

/** A service's database as production has it, on a real server. */
export interface MigratedDatabase {
  /** The environment of the service, as `databaseConfig` reads it. */
  readonly config: {
    readonly DATABASE_URL: string;
    readonly DATABASE_CA: string;
    readonly DATABASE_TIMEOUT_MS: number;
  };
  /** Runs SQL as the owner of the tables, which the service is not: for what a test needs and the service must not do. */
  asOwner(sql: string): Promise<Rows>;
  /** Runs SQL as the superuser, in this database. */
  asSuperuser(sql: string): Promise<Rows>;
  close(): Promise<void>;
}

type Rows = pg.QueryResult<Record<string, unknown>>;

/** Patience that production must not have: a test's own process may be busy with loading modules for seconds. */
const TIMEOUT_MS = 60_000;

/**
 * A database of one's own, on the server that all suites of a run share.
 *
 * @example
 * const database = await migratedDatabase('treasury');
 * afterAll(() => database?.close());
 */
export async function migratedDatabase(service: string): Promise<MigratedDatabase> {
  const { CITADEL_TEST_DATABASES: shared } = process.env;
  if (!shared) return databaseWithServer(service);
  // Both ends are ours.
  const copy = JSON.parse(await askDatabaseServer('POST', `${shared}/${service}`)) as CopiedDatabase;
  return reached(copy, async () => {
    await askDatabaseServer('DELETE', `${shared}/${copy.name}`);
  });
}

/** A database with a server of its own, for tests that stop it. */
export async function databaseWithServer(
  service: string,
): Promise<MigratedDatabase & { readonly server: ScratchPostgres }> {
  const server = await scratchPostgres();
  try {
    const { name, url, migratorUrl } = await migratedOn(server, service);
    const superuserUrl = server.superuserUrl(name);
    return { server, ...reached({ name, url, migratorUrl, superuserUrl, ca: server.ca }, () => server.close()) };
  } catch (error) {
    await server.close();
    throw error;
  }
}

/** Makes and migrates a database on a server. */
export async function migratedOn(server: ScratchPostgres, service: string) {
  const database = await server.createServiceDatabase();
  await migrate({ service, url: database.migratorUrl, ca: server.ca });
  return database;
}

function reached({ url, migratorUrl, superuserUrl, ca }: CopiedDatabase, close: () => Promise<void>): MigratedDatabase {
  return {
    config: { DATABASE_URL: url, DATABASE_CA: ca, DATABASE_TIMEOUT_MS: TIMEOUT_MS },
    asOwner: (sql) => runAt(migratorUrl, ca, sql),
    asSuperuser: (sql) => runAt(superuserUrl, ca, sql),
    close,
  };
}
