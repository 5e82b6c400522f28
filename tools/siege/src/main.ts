import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { type StackDescription, startStack } from '@citadel/stack';

import { FAMILIES } from './attacks/index.js';
import { openField } from './field.js';
import { isBreached, reportOf, summaryOf } from './report.js';
import { runFamilies } from './run.js';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const { CITADEL_STACK, CITADEL_HOME = path.join(ROOT, '.citadel') } = process.env;

/**
 * `npm run siege [-- family ...]`: on the stack that CITADEL_STACK names, or on the one that runs, or on one of its own.
 *
 * @returns the exit status: 1 if an attack succeeded
 */
async function main(names: readonly string[]): Promise<number> {
  const unknown = names.filter((name) => !FAMILIES.some((family) => family.name === name));
  if (unknown.length > 0) {
    const known = FAMILIES.map(({ name }) => name).join(' | ');
    process.stderr.write(`There is no family ${unknown.join(', ')}. npm run siege -- ${known}\n`);
    return 64;
  }
  const file = CITADEL_STACK ?? path.join(CITADEL_HOME, 'stack.json');
  // Written by the stack; its shape is the type's.
  if (existsSync(file)) return besiege(JSON.parse(readFileSync(file, 'utf8')) as StackDescription, names);
  if (CITADEL_STACK) throw new Error(`CITADEL_STACK names ${file}, which is not there; is that stack running?`);

  process.stdout.write('No stack is running: starting one for this siege alone\n');
  const stack = await startStack({ home: mkdtempSync(path.join(tmpdir(), 'citadel-siege-')), gatewayPort: 0 });
  try {
    return await besiege(stack.describe(), names);
  } finally {
    await stack.discard();
  }
}

async function besiege(stack: StackDescription, names: readonly string[]): Promise<number> {
  const { field, close } = await openField(stack);
  try {
    process.stdout.write(`Besieging ${stack.gateway}\n`);
    if (!field.isRealIssuer) {
      process.stdout.write('Its signing key is out of reach: forged tokens carry another signature as well\n');
    }
    const chosen = FAMILIES.filter(({ name }) => names.length === 0 || names.includes(name));
    const results = await runFamilies(chosen, field, (outcome) => process.stdout.write(`${reportOf(outcome)}\n`));
    process.stdout.write(`\n${summaryOf(results)}\n`);
    return isBreached(results) ? 1 : 0;
  } finally {
    await close();
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
