import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { type Stack, type StackDescription, startStack } from '@citadel/stack';

import { measureMirror, ROOM } from './mirror.js';
import { measureOperations } from './operations.js';
import { measureRevocation } from './revocation.js';

/** @param own - the same stack, where it is the measurement's own and may be stopped */
type Measurement = (stack: StackDescription, own?: Stack, parameter?: string) => Promise<string[]>;

const MEASUREMENTS: Readonly<Record<string, Measurement>> = {
  revocation: measureRevocation,
  operations: measureOperations,
  mirror: measureMirror,
};

/** `npm run bench -- revocation | operations | mirror [entries]`: on the stack that CITADEL_STACK names, or on one of its own. */
async function main(name = '', parameter?: string): Promise<number> {
  const measure = MEASUREMENTS[name];
  if (!measure) {
    process.stderr.write(`npm run bench -- ${Object.keys(MEASUREMENTS).join(' | ')}\n`);
    return 64;
  }
  const file = process.env['CITADEL_STACK'];
  // Written by the stack; its shape is the type's.
  const lines = file
    ? await measure(JSON.parse(readFileSync(file, 'utf8')) as StackDescription, undefined, parameter)
    : await onOwnStack(measure, parameter);
  process.stdout.write(`${lines.join('\n')}\n`);
  return 0;
}

async function onOwnStack(measure: Measurement, parameter?: string): Promise<string[]> {
  process.stderr.write('Starting a stack of its own\n');
  const home = mkdtempSync(path.join(tmpdir(), 'citadel-bench-'));
  const stack = await startStack({ home, gatewayPort: 0, serviceSettings: ROOM });
  try {
    return await measure(stack.describe(), stack, parameter);
  } finally {
    await stack.discard();
  }
}

process.exitCode = await main(process.argv[2], process.argv[3]);
