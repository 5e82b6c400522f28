import { connectionOf } from '@citadel/platform/database';
import pg from 'pg';

import { readMigrations } from './migration-list.js';
import { NO_FILTERS, schemaEngine } from './schema-engine.js';
import { scriptAdapter } from './script-adapter.js';
import { migrationsFolderOf, readSchema, requireService } from './service.js';

/** A PostgreSQL on which databases can be made and thrown away. */
interface ScratchServer {
  readonly ca: string;
  createDatabase(): Promise<string>;
}

/**
 * The SQL that leads from where a service's migrations end to what its schema says; `undefined` when they agree.
 * Checks, triggers and functions are not part of a Prisma schema, so they are never asked for and never dropped.
 */
export async function diff(service: string, server: ScratchServer): Promise<string | undefined> {
  const schema = await readSchema(requireService(service));
  const migrations = await readMigrations(migrationsFolderOf(service));
  const [main, shadow] = [await emptyDatabase(server), await emptyDatabase(server)];
  const engine = await schemaEngine(schema, scriptAdapter(main, { shadow }));
  try {
    const { stdout, exitCode } = await engine.diff({
      from: { tag: 'migrations', ...migrations },
      to: { tag: 'schemaDatamodel', files: [{ path: 'schema.prisma', content: schema }] },
      script: true,
      exitCode: true,
      filters: NO_FILTERS,
    });
    return exitCode === 0 ? undefined : (stdout ?? '');
  } finally {
    engine.free();
    await Promise.all([main.end(), shadow.end()]);
  }
}

async function emptyDatabase(server: ScratchServer): Promise<pg.Pool> {
  const pool = new pg.Pool(connectionOf(await server.createDatabase(), server.ca));
  // The server may go while a connection is closing; nobody waits for that one.
  pool.on('error', () => undefined);
  return pool;
}
