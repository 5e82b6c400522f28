import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const HOME = path.resolve(import.meta.dirname, '../../../.citadel/bench-peers');

/** What is measured beside ours and that nothing else here needs: installed when it is asked for, outside the workspaces. */
const PEERS = { 'fast-jwt': '6.3.6', jose: '6.2.18', jsonwebtoken: '9.0.3', 'passport-jwt': '4.0.1' } as const;

/**
 * @returns what the package exports to `require`
 * @throws Error that says what npm said, if it cannot be installed
 */
export function peer(name: keyof typeof PEERS): unknown {
  const manifest = path.join(HOME, 'node_modules', name, 'package.json');
  if (!existsSync(manifest) || versionIn(manifest) !== PEERS[name]) install();
  return createRequire(path.join(HOME, 'package.json'))(name) as unknown;
}

// Written by npm; its shape is npm's.
const versionIn = (manifest: string) => (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;

function install(): void {
  process.stderr.write(`Installing what is compared with (${Object.keys(PEERS).join(', ')}) into ${HOME}\n`);
  mkdirSync(HOME, { recursive: true });
  writeFileSync(path.join(HOME, 'package.json'), JSON.stringify({ private: true, dependencies: PEERS }));
  const { status } = spawnSync('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: HOME,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error('npm could not install them, see above: is the registry reachable?');
}
