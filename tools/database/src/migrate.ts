import { connectionOf } from '@citadel/platform/database';
import type { SchemaEngine, MigrationList } from '@prisma/schema-engine-wasm/schema_engine_bg';
import pg from 'pg';

import { applyGrants } from './grants.js';
import { brokenHistory, failedMigration } from './migration-faults.js';
import { whileNobodyElseMigrates } from './migration-lock.js';
import { readMigrations } from './migration-list.js';
import { NO_FILTERS, schemaEngine } from './schema-engine.js';
import { scriptAdapter, type ScriptFailure } from './script-adapter.js';
import { migrationsFolderOf, readSchema, requireService } from './service.js';

/** How a migration that failed before was dealt with by hand. */
export interface Resolution {
  readonly migration: string;
  readonly as: 'applied' | 'rolled-back';
}

export interface MigrateOptions {
  readonly service: string;
  /** `postgresql://user:password@host:port/database`; the user must own the database, or act as its owner. */
  readonly url: string;
  /** Certificates (PEM) that the server's must descend from. */
  readonly ca: string;
  readonly log?: (line: string) => void;
  readonly resolution?: Resolution;
  /** Where the migrations are, if not in prisma/<service>/migrations. */
  readonly folder?: string;
}

/**
 * Applies what a service's database lacks, as `prisma migrate deploy` does, and then gives the service's login the rights
 * that its `grants.sql` lists. Safe to run from many processes at a time.
 *
 * @returns the names of the migrations that were applied now
 * @throws Error that says what failed, at which line, and the way out
 * @example await migrate({ service: 'treasury', url, ca, log: console.log });
 */
export async function migrate({ service, url, ca, log = () => undefined, resolution, folder }: MigrateOptions) {
  const place = folder ?? migrationsFolderOf(requireService(service));
  const migrations = await readMigrations(place);
  const schema = await readSchema(service);
  const connection = {
    ...connectionOf(url, ca),
    application_name: `citadel-migrate-${service}`,
    connectionTimeoutMillis: 5_000,
  };
  return whileNobodyElseMigrates(connection, log, async () => {
    // One connection that stays: the engine keeps a lock on it, too.
    const pool = new pg.Pool({ ...connection, max: 1, idleTimeoutMillis: 0 });
    pool.on('error', () => undefined);
    let failure: ScriptFailure | undefined;
    const engine = await schemaEngine(schema, scriptAdapter(pool, { onFailure: (seen) => (failure = seen) }));
    try {
      if (resolution) await resolve(engine, migrations, resolution);
      await refuseBrokenHistory(service, engine, migrations, log);
      const { appliedMigrationNames } = await engine.applyMigrations({
        migrationsList: migrations,
        filters: NO_FILTERS,
      });
      for (const name of appliedMigrationNames) log(`${service}: applied ${name}`);
      await applyGrants(connection, service, place, log);
      return { applied: appliedMigrationNames };
    } catch (error) {
      throw failure ? failedMigration(service, migrations, failure) : error;
    } finally {
      engine.free();
      await pool.end();
    }
  });
}

async function resolve(engine: SchemaEngine, migrationsList: MigrationList, { migration, as }: Resolution) {
  if (as === 'applied') await engine.markMigrationApplied({ migrationName: migration, migrationsList });
  else await engine.markMigrationRolledBack({ migrationName: migration });
}

async function refuseBrokenHistory(
  service: string,
  engine: SchemaEngine,
  migrationsList: MigrationList,
  log: (line: string) => void,
): Promise<void> {
  const diagnosis = await engine.diagnoseMigrationHistory({
    migrationsList,
    optInToShadowDatabase: false,
    filters: NO_FILTERS,
  });
  const fault = brokenHistory(service, diagnosis);
  if (fault) throw fault;
  if (diagnosis.history?.diagnostic === 'migrationsDirectoryIsBehind') {
    const names = diagnosis.history.unpersistedMigrationNames.join(', ');
    log(`${service}: the database is newer than this code; it also has ${names}`);
  }
}
