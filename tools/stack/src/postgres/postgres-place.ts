import { createHash } from 'node:crypto';
import { chmodSync, chownSync, lstatSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { canReach, type ServerAccount } from '@citadel/database';

/** The folder for PostgreSQL's files: in the stack's own, or elsewhere if the server's user could not come there. */
export function postgresFolder(home: string, account: ServerAccount, log: (line: string) => void): string {
  const { folder, isElsewhere } = placeFor(home, account);
  if (isElsewhere) {
    log(`The user that PostgreSQL runs as cannot reach ${home}: its data is in ${folder} (reset deletes it, too)`);
    ownedFolder(folder);
  }
  const inside = path.join(folder, 'postgres');
  mkdirSync(inside, { recursive: true, mode: 0o700 });
  if (account.uid !== undefined && account.gid !== undefined) {
    chownSync(inside, account.uid, account.gid);
    // Passing through is all that others may do here: what is private has a folder of its own.
    chmodSync(folder, 0o711);
  }
  return inside;
}

/** Where the files are for a stack in this folder, without making anything. */
export function placeFor(home: string, account: ServerAccount): { folder: string; isElsewhere: boolean } {
  if (canReach(account, path.dirname(home))) return { folder: home, isElsewhere: false };
  const hash = createHash('sha256').update(home).digest('hex').slice(0, 12);
  return { folder: `/var/tmp/citadel-${hash}`, isElsewhere: true };
}

/** Anybody may write to /var/tmp: a folder, or a link, that somebody else put there must not receive our data. */
function ownedFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o711 });
  const state = lstatSync(folder);
  if (!state.isDirectory() || state.uid !== process.getuid?.()) {
    throw new Error(
      `${folder} belongs to somebody else: delete it, or set CITADEL_HOME to a folder that others can enter`,
    );
  }
}
