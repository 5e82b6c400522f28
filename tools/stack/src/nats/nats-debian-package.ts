import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

import { inScratchFolder } from './nats-release.js';

const run = promisify(execFile);
const WITHIN_MS = 90_000;

/**
 * Takes nats-server out of the distribution's package without installing anything: apt verifies the archive with the
 * distribution's keys, so nothing is pinned here. Package lists of our own make it work without root and without a
 * preceding `apt-get update`.
 */
export async function unpackDebianPackage(target: string): Promise<void> {
  if (!existsSync('/usr/bin/apt-get')) throw new Error('there is no apt-get on this system');
  await inScratchFolder(target, async (folder) => {
    // With the system's own lists it takes a second; fresh ones of our own take ten.
    await download(folder, []).catch(async () => {
      const own = ownFolders(folder);
      await aptGet(folder, [...own, 'update']);
      await download(folder, own);
    });
    const archive = readdirSync(folder).find((name) => name.endsWith('.deb'));
    if (archive === undefined) throw new Error('apt-get download left no package');
    await run('dpkg', ['-x', archive, 'package'], { cwd: folder, timeout: WITHIN_MS });
    return path.join(folder, 'package/usr/sbin/nats-server');
  });
}

async function download(folder: string, options: readonly string[]): Promise<void> {
  await aptGet(folder, [...options, 'download', 'nats-server']);
}

function ownFolders(folder: string): string[] {
  for (const name of ['lists/partial', 'cache/archives/partial'])
    mkdirSync(path.join(folder, name), { recursive: true });
  return ['-o', `Dir::State::Lists=${folder}/lists`, '-o', `Dir::Cache=${folder}/cache`];
}

async function aptGet(folder: string, parameters: readonly string[]): Promise<void> {
  // As root apt changes to the user _apt, which cannot write here; what it fetches is verified all the same.
  const unsandboxed = process.getuid?.() === 0 ? ['-o', 'APT::Sandbox::User=root'] : [];
  const impatient = ['-o', 'Acquire::http::Timeout=10', '-o', 'Acquire::https::Timeout=10', '-o', 'Acquire::Retries=0'];
  try {
    await run('apt-get', [...impatient, ...unsandboxed, ...parameters], {
      cwd: folder,
      timeout: WITHIN_MS,
      env: { ...process.env, LC_ALL: 'C' },
    });
  } catch (error) {
    const output = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
    const reason = output.split('\n').find((line) => line.startsWith('E:')) ?? output.trim().split('\n').at(-1);
    throw new Error(`apt-get fails: ${reason ?? 'for an unknown reason'}`, { cause: error });
  }
}
