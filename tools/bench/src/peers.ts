import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const HOME = path.resolve(import.meta.dirname, '../../../.citadel/bench-peers');

/** Packages and their versions. */
export type Peers = Readonly<Record<string, string>>;

/**
 * What is measured beside ours and that nothing else here needs: installed when it is asked for, outside the workspaces.
 *
 * @param part - the part of the bench that asks; each has a folder of its own
 * @returns that folder
 * @throws Error that says what npm said, if something cannot be installed
 */
export function installPeers(part: string, peers: Peers): string {
  const folder = path.join(HOME, part);
  if (!Object.entries(peers).every(([name, version]) => versionIn(folder, name) === version)) install(folder, peers);
  return folder;
}

/** @returns what a package that is installed in the folder exports to `require` */
export const peer = (folder: string, name: string): unknown =>
  createRequire(path.join(folder, 'package.json'))(name) as unknown;

function versionIn(folder: string, name: string): string | undefined {
  const manifest = path.join(folder, 'node_modules', name, 'package.json');
  // Written by npm; its shape is npm's.
  return existsSync(manifest) ? (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version : undefined;
}

function install(folder: string, peers: Peers): void {
  process.stderr.write(`Installing what is compared with (${Object.keys(peers).join(', ')}) into ${folder}\n`);
  mkdirSync(folder, { recursive: true });
  const manifest = { private: true, type: 'module', dependencies: peers };
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify(manifest));
  const { status } = spawnSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error('npm could not install them, see above: is the registry reachable?');
}
