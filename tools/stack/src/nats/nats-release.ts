import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export const RELEASE_VERSION = '2.12.2';

/** SHA-256 of the release's archives (its SHA256SUMS). Who exchanges the archive at its source gets no process here. */
const ARCHIVES: Readonly<Record<string, string>> = {
  'linux-amd64': 'db587fd8b36ac732a8434e748b026ef77ed9cb714a4e57bd010b1de93c2f3801',
  'linux-arm64': '84d33b50a39bab605b0d5e0223fc15979ef97419b2184a5a5b7eb6a6d7561fc6',
  'darwin-amd64': '5b52fb4968d72b3368c2d626107a86293daab30b7dd16179db7522f54ca0beb0',
  'darwin-arm64': 'd1e6d2cb36bf20e0ba8c2f50eeb4e6ea57f38353823fc77127dd676219591eea',
};

const HEADERS_WITHIN_MS = 10_000;
const ALL_WITHIN_MS = 120_000;

/** Downloads the pinned release and puts its nats-server at this place. */
export async function downloadRelease(target: string): Promise<void> {
  const platform = `${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`;
  const expected = ARCHIVES[platform];
  if (expected === undefined) throw new Error(`no release is known for ${platform}`);
  const name = `nats-server-v${RELEASE_VERSION}-${platform}`;
  const archive = await download(
    `https://github.com/nats-io/nats-server/releases/download/v${RELEASE_VERSION}/${name}.tar.gz`,
  );
  requireChecksum(archive, expected);
  await inScratchFolder(target, async (folder) => {
    writeFileSync(path.join(folder, 'release.tar.gz'), archive);
    await run('tar', ['-xzf', 'release.tar.gz'], { cwd: folder });
    return path.join(folder, name, 'nats-server');
  });
}

export function requireChecksum(archive: Uint8Array, expected: string): void {
  const actual = createHash('sha256').update(archive).digest('hex');
  if (actual !== expected) throw new Error(`the archive's SHA-256 is ${actual}, not ${expected}: it is not used`);
}

/** Lets `unpack` make a nats-server in a folder beside the target and moves it there, so that no half file is found. */
export async function inScratchFolder(target: string, unpack: (folder: string) => Promise<string>): Promise<void> {
  mkdirSync(path.dirname(target), { recursive: true });
  const folder = mkdtempSync(path.join(path.dirname(target), 'nats-'));
  try {
    const binary = await unpack(folder);
    chmodSync(binary, 0o755);
    renameSync(binary, target);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A host that does not answer must not hold up a start; one that answers may take its time. */
async function download(url: string): Promise<Uint8Array> {
  const abort = new AbortController();
  const noHeaders = setTimeout(() => abort.abort(new Error(`${new URL(url).host} does not answer`)), HEADERS_WITHIN_MS);
  const noEnd = setTimeout(() => abort.abort(new Error('the download takes too long')), ALL_WITHIN_MS);
  try {
    const answer = await fetch(url, { signal: abort.signal });
    clearTimeout(noHeaders);
    if (!answer.ok) throw new Error(`${url} answers ${String(answer.status)}`);
    return new Uint8Array(await answer.arrayBuffer());
  } catch (error) {
    // fetch hides what happened ("fetch failed") in its cause.
    throw error instanceof Error && error.cause instanceof Error ? error.cause : error;
  } finally {
    clearTimeout(noHeaders);
    clearTimeout(noEnd);
  }
}
