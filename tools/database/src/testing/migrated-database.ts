import { connectionOf } from '@citadel/platform/database';
import pg from 'pg';

import { migrate } from '../migrate.js';
import { type ScratchPostgres, scratchPostgres } from './scratch-postgres.js';

/** A service's database as production has it, on a real server that belongs to one test. */
export interface MigratedDatabase {
  readonly server: ScratchPostgres;
  /** The environment of the service, as `databaseConfig` reads it. */
  readonly config: { readonly DATABASE_URL: string; readonly DATABASE_CA: string };
  /** Runs SQL as the owner of the tables, which the service is not: for what a test needs and the service must not do. */
  asOwner(sql: string): Promise<pg.QueryResult<Record<string, unknown>>>;
  close(): Promise<void>;
}

/**
 * @example
 * const database = await migratedDatabase('treasury');
 * afterAll(() => database.close());
 */
export async function migratedDatabase(service: string): Promise<MigratedDatabase> {
  const server = await scratchPostgres();
  const { url, migratorUrl } = await server.createServiceDatabase();
  await migrate({ service, url: migratorUrl, ca: server.ca });
  return {
    server,
    config: { DATABASE_URL: url, DATABASE_CA: server.ca },
    async asOwner(sql) {
      const client = new pg.Client(connectionOf(migratorUrl, server.ca));
      await client.connect();
      return client.query<Record<string, unknown>>(sql).finally(() => client.end());
    },
    close: () => server.close(),
  };
}
