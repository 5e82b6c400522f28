import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { MigrationList } from '@prisma/schema-engine-wasm/schema_engine_bg';

const LOCKFILE = 'migration_lock.toml';
const SCRIPT = 'migration.sql';

/** Reads a folder of migrations as the engine wants it: it has no file system of its own. */
export async function readMigrations(folder: string): Promise<MigrationList> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return {
    baseDir: folder,
    lockfile: { path: LOCKFILE, content: await readFile(path.join(folder, LOCKFILE), 'utf8') },
    shadowDbInitScript: '',
    migrationDirectories: await Promise.all(
      names.sort().map(async (name) => ({
        path: name,
        migrationFile: {
          path: SCRIPT,
          content: { tag: 'ok' as const, value: await readFile(path.join(folder, name, SCRIPT), 'utf8') },
        },
      })),
    ),
  };
}
