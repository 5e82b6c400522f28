import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

import { unpackDebianPackage } from './nats-debian-package.js';
import { downloadRelease, RELEASE_VERSION } from './nats-release.js';

const run = promisify(execFile);
const MINIMUM = [2, 9, 10] as const;

export interface BinarySearch {
  /** NATS_SERVER_BIN */
  readonly given: string | undefined;
  /** PATH */
  readonly searchPath: string;
  readonly cacheFolder: string;
  readonly log: (line: string) => void;
}

/** Finds a nats-server, or gets one: as told, from PATH, from the cache, from the project's releases, from Debian. */
export async function findNatsServer(search: BinarySearch): Promise<string> {
  if (search.given !== undefined) return requireUsable(search.given);
  const cached = path.join(search.cacheFolder, 'nats-server');
  for (const candidate of [...inPath(search.searchPath), cached]) {
    const version = await versionOf(candidate);
    if (version !== undefined && isNewEnough(version)) return candidate;
    if (version !== undefined)
      search.log(`${candidate} is nats-server ${version}, older than ${MINIMUM.join('.')}: passed over`);
  }
  const failures: string[] = [];
  for (const [source, get] of [
    [`the release ${RELEASE_VERSION} from GitHub`, downloadRelease],
    ['the Debian package nats-server (apt-get download, no root needed)', unpackDebianPackage],
  ] as const) {
    search.log(`No nats-server here yet: getting ${source}`);
    try {
      await get(cached);
      return await requireUsable(cached);
    } catch (error) {
      failures.push(`${source}: ${error instanceof Error ? error.message : String(error)}`);
      search.log(`… not possible: ${failures.at(-1) ?? ''}`);
    }
  }
  throw new Error(waysOut(failures));
}

async function requireUsable(file: string): Promise<string> {
  const version = await versionOf(file);
  if (version === undefined)
    throw new Error(`${file} is not a nats-server that can run here: \`${file} --version\` fails`);
  if (!isNewEnough(version))
    throw new Error(`${file} is nats-server ${version}; ${MINIMUM.join('.')} or newer is needed`);
  return file;
}

function waysOut(failures: readonly string[]): string {
  return `nats-server ${MINIMUM.join('.')} or newer is needed, is not in PATH, and could not be fetched:
${failures.map((failure) => `  - ${failure}`).join('\n')}
Any one of these three is enough:
  1. install it so that it is in PATH: \`apt-get install nats-server\`, \`brew install nats-server\`,
     or a release of https://github.com/nats-io/nats-server/releases
  2. say where it is: NATS_SERVER_BIN=/path/to/nats-server npm start
  3. use a server that runs already: NATS_URL=tls://host:4222 NATS_CA_FILE=ca.pem npm start`;
}

function inPath(searchPath: string): string[] {
  return searchPath
    .split(path.delimiter)
    .filter(Boolean)
    .map((folder) => path.join(folder, 'nats-server'))
    .filter(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** What `nats-server --version` says, such as `2.9.10`; `undefined` if the file is none that can run here. */
export async function versionOf(file: string): Promise<string | undefined> {
  if (!isExecutable(file)) return undefined;
  const output = await run(file, ['--version'], { timeout: 10_000 }).catch(() => undefined);
  return output && /v?(\d+\.\d+\.\d+)/.exec(output.stdout)?.[1];
}

export function isNewEnough(version: string): boolean {
  const parts = version.split('.').map(Number);
  for (const [index, minimum] of MINIMUM.entries()) {
    const part = parts[index] ?? 0;
    if (part !== minimum) return part > minimum;
  }
  return true;
}
