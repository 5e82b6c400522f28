import { rmSync, statSync } from 'node:fs';
import path from 'node:path';

import { TLS_SERVERS } from '../service-names.js';
import { readSecret, writePrivateFile } from './private-files.js';
import { ALL_SECRETS, type SecretRow } from './secret-table.js';

/** What a predecessor is for is over by then: tokens and revocations live for an hour at most. */
const PREDECESSORS_LIVE_MS = 2 * 3_600_000;

/**
 * Replaces every secret but the authority, which clients trust, and the demo users' passwords. Processes take the new
 * ones when they start; what was sealed, signed or derived with an old one is still read with it for a while.
 *
 * @throws Error if the rotation before is not finished: a second one would lose what only the first secret opens
 */
export function rotateSecrets(folder: string): void {
  const unfinished = ALL_SECRETS.filter((row) => predecessorOf(folder, row) !== undefined);
  if (unfinished.length > 0) {
    const names = unfinished.map(({ file }) => file).join(', ');
    throw new Error(
      `The last rotation is not finished, the predecessors of ${names} are still in use. ` +
        'They are put away by a start two hours after it; rotate again then.',
    );
  }
  for (const row of ALL_SECRETS) replace(folder, row);
  // Missing certificates are made.
  for (const server of TLS_SERVERS) rmSync(path.join(folder, `${server}.pem`), { force: true });
}

/** Forgets the predecessors whose time is over. Those that something has to be done for first are not among them. */
export function retirePredecessors(folder: string, now = new Date()): void {
  for (const row of ALL_SECRETS) {
    const rotated = statSync(path.join(folder, row.file), { throwIfNoEntry: false })?.mtimeMs ?? Infinity;
    const isOver = now.getTime() - rotated > PREDECESSORS_LIVE_MS;
    if (isOver && row.predecessor !== 'until replaced') retirePredecessor(folder, row);
  }
}

/** Forgets every predecessor: for whoever knows that nothing is sealed with one any more, and that their time is over. */
export function finishRotation(folder: string): void {
  for (const row of ALL_SECRETS) retirePredecessor(folder, row);
}

/** An empty file, and not a missing one: the processes that are told its name may start again at any time. */
export function retirePredecessor(folder: string, row: SecretRow): void {
  const file = path.join(folder, row.file);
  if (predecessorOf(folder, row) === undefined) return;
  if (row.predecessor === 'behind') writePrivateFile(file, `${partsOf(readSecret(file)?.text)[0] ?? ''}\n`);
  else writePrivateFile(`${file}.previous`, '');
}

function replace(folder: string, row: SecretRow): void {
  const file = path.join(folder, row.file);
  const old = readSecret(file)?.text;
  // Never made yet, so there is nothing to replace.
  if (old === undefined) return;
  const text = row.make(folder);
  if (row.predecessor === 'behind') return writePrivateFile(file, `${text}\n${old}\n`);
  if (row.predecessor !== 'none') writePrivateFile(`${file}.previous`, `${old}\n`);
  writePrivateFile(file, `${text}\n`);
}

function predecessorOf(folder: string, row: SecretRow): string | undefined {
  const file = path.join(folder, row.file);
  if (row.predecessor === 'behind') return partsOf(readSecret(file)?.text)[1];
  return row.predecessor === 'none' ? undefined : readSecret(`${file}.previous`)?.text;
}

/** The keys in one file: blocks of PEM, or lines. */
function partsOf(text = ''): readonly string[] {
  return text.match(/-----BEGIN [^]+?-----END [^-]+-----|\S+/g) ?? [];
}
