import { chmod, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

const PREFIX = 'citadel-postgres-';

/**
 * A folder for one scratch server. What a killed test run left behind is deleted first: a server that still runs there
 * notices within a minute that its data is gone, and ends.
 */
export async function scratchFolder(): Promise<string> {
  await forgetFormerRuns();
  const folder = await mkdtemp(path.join(tmpdir(), `${PREFIX}${String(process.pid)}-`));
  // PostgreSQL never runs as root; the user that it then runs as must be able to pass.
  await chmod(folder, 0o711);
  return folder;
}

async function forgetFormerRuns(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    const folder = path.join(tmpdir(), name);
    // Another run may be cleaning up at the same time.
    const owner = await stat(folder).catch(() => undefined);
    if (owner?.uid === process.getuid?.()) await rm(folder, { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // It lives, and belongs to somebody else. (In Jest an error of Node.js is no instance of the test's Error.)
    return typeof error === 'object' && error !== null && 'code' in error && error.code === 'EPERM';
  }
}
