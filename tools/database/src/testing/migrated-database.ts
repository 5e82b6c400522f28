import { migrate } from '../migrate.js';
import { type ScratchPostgres, scratchPostgres } from './scratch-postgres.js';

/** A service's database as production has it, on a real server that belongs to one test. */
export interface MigratedDatabase {
  readonly server: ScratchPostgres;
  /** The environment of the service, as `databaseConfig` reads it. */
  readonly config: { readonly DATABASE_URL: string; readonly DATABASE_CA: string };
  close(): Promise<void>;
}

/**
 * @example
 * const database = await migratedDatabase('treasury');
 * afterAll(() => database.close());
 */
export async function migratedDatabase(service: string): Promise<MigratedDatabase> {
  const server = await scratchPostgres();
  const url = await server.createDatabase();
  await migrate({ service, url, ca: server.ca });
  return {
    server,
    config: { DATABASE_URL: url, DATABASE_CA: server.ca },
    close: () => server.close(),
  };
}
