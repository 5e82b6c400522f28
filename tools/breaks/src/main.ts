import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import type { Break } from './break.js';
import { BREAKS } from './breaks/index.js';
import { runTest } from './run-test.js';
import { scratchTree } from './scratch-tree.js';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const AT_ONCE = 2;

/** `npm run test:breaks [-- part-of-a-rule-or-path ...]` */
const names = process.argv.slice(2);
const chosen = BREAKS.filter((one) => names.length === 0 || names.some((name) => textOf(one).includes(name)));
process.on('SIGINT', () => process.exit(130));
process.on('SIGTERM', () => process.exit(143));

const waiting = [...chosen];
let unnoticed = 0;
await Promise.all(Array.from({ length: Math.min(AT_ONCE, chosen.length) }, work));
process.stdout.write(
  `${String(chosen.length)} rules removed one at a time, ${String(chosen.length - unnoticed)} noticed.\n`,
);
if (unnoticed > 0 || chosen.length === 0) process.exitCode = 1;

async function work(): Promise<void> {
  const tree = scratchTree(ROOT);
  for (let one = waiting.shift(); one; one = waiting.shift()) {
    const verdict = await verdictOn(tree, one);
    if (verdict !== 'noticed') unnoticed += 1;
    process.stdout.write(`${verdict.padEnd(24)} ${one.rule} (${one.spec})\n`);
  }
}

/** A test that fails anyway, or does not run, would notice every break and prove nothing. */
async function verdictOn(tree: string, one: Break): Promise<string> {
  const before = await runTest(tree, one);
  if (before !== 'passes') return `${before.toUpperCase()} UNBROKEN`;
  const file = path.join(tree, one.file);
  const source = readFileSync(file, 'utf8');
  writeFileSync(
    file,
    source.replace(one.find, () => one.replace),
  );
  try {
    const after = await runTest(tree, one);
    return after === 'fails' ? 'noticed' : `${after.toUpperCase()} BROKEN`;
  } finally {
    writeFileSync(file, source);
  }
}

function textOf({ rule, file, spec }: Break): string {
  return `${rule}\n${file}\n${spec}`;
}
