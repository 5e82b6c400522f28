import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { codeOf } from '../error-code.js';

/** Makes a folder that only its owner may enter; one that is there already is closed to others. */
export function privateFolder(folder: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  return folder;
}

/** Writes a file for its owner alone. A reader sees the old text or the new one, never a part. */
export function writePrivateFile(file: string, text: string, mode = 0o600): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${String(process.pid)}.new`;
  try {
    // A left-over draft might have another mode, which writing would keep.
    rmSync(draft, { force: true });
    writeFileSync(draft, text, { mode, flag: 'wx' });
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

export function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** A secret that is made once and then kept. */
export interface SecretFile {
  readonly path: string;
  readonly text: string;
}

export function keepSecret(file: string, make: () => string): SecretFile {
  const known = readSecret(file);
  if (known) return known;
  const text = make();
  writePrivateFile(file, `${text}\n`);
  return { path: file, text };
}

export function readSecret(file: string): SecretFile | undefined {
  const text = readIfThere(file)?.trim();
  if (!text) return undefined;
  chmodSync(file, 0o600);
  return { path: file, text };
}
