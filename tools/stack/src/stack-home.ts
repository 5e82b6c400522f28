import { chmodSync, mkdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

/** The root of the repository: this file lies at the same depth as source and as build. */
export const REPOSITORY = path.resolve(import.meta.dirname, '../../..');

/** The files of one stack. */
export interface StackHome {
  readonly folder: string;
  readonly secrets: string;
  readonly logs: string;
  readonly nats: string;
  readonly stackFile: string;
  readonly runFile: string;
  readonly portsFile: string;
}

export function stackHome(folder: string = process.env.CITADEL_HOME ?? path.join(REPOSITORY, '.citadel')): StackHome {
  const root = path.resolve(folder);
  return {
    folder: root,
    secrets: path.join(root, 'secrets'),
    logs: path.join(root, 'logs'),
    nats: path.join(root, 'nats'),
    stackFile: path.join(root, 'stack.json'),
    runFile: path.join(root, 'run.json'),
    portsFile: path.join(root, 'ports.json'),
  };
}

export function makeHome(home: StackHome): void {
  for (const folder of [home.secrets, home.logs, home.nats]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  // Others may at most pass through, which PostgreSQL's user has to when we are root.
  if ((statSync(home.folder).mode & 0o777) !== 0o711) chmodSync(home.folder, 0o700);
}

/** Programs that were fetched; they outlive a reset and serve every clone of this user. */
export function cacheFolder(): string {
  const wanted = path.join(process.env.XDG_CACHE_HOME ?? path.join(homedir(), '.cache'), 'citadel');
  try {
    mkdirSync(wanted, { recursive: true });
    return wanted;
  } catch {
    // A user without a home of its own.
    return path.join(REPOSITORY, '.citadel/cache');
  }
}
