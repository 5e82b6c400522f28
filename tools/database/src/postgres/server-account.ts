import { execFileSync, spawnSync } from 'node:child_process';

/** Under which user a server runs; empty: the one we are. */
export interface ServerAccount {
  readonly uid?: number;
  readonly gid?: number;
}

/** PostgreSQL refuses to run as root, so root lends it a user without rights that every system has. */
const CANDIDATES = ['postgres', 'nobody'];

export function serverAccount(): ServerAccount {
  if (process.getuid?.() !== 0) return {};
  for (const name of CANDIDATES) {
    const [uid, gid] = [idOf(name, '-u'), idOf(name, '-g')];
    if (uid !== undefined && gid !== undefined) return { uid, gid };
  }
  throw new Error(
    `PostgreSQL does not run as root, and there is no user ${CANDIDATES.join(' or ')} to run it as. ` +
      'Start as an ordinary user, add one (useradd --system postgres), or give DATABASE_URL_AUTH, _TREASURY and _ARCHIVES.',
  );
}

/** Whether the account can come to this folder: asked of the system, because modes alone do not tell (ACLs, mounts). */
export function canReach(account: ServerAccount, folder: string): boolean {
  if (account.uid === undefined) return true;
  return spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], { ...account, stdio: 'ignore' }).status === 0;
}

function idOf(name: string, flag: string): number | undefined {
  try {
    return Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  } catch {
    // No such user: the next candidate is asked.
    return undefined;
  }
}
