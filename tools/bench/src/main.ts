import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { type Stack, type StackDescription, startStack } from '@citadel/stack';

import { measureLogins } from './logins.js';
import { measureMirror, ROOM } from './mirror.js';
import { measureOperations } from './operations.js';
import { measureRefreshes } from './refreshes.js';
import { measureRevocation } from './revocation.js';
import { measureStart } from './start.js';
import { measureVerification } from './verify.js';

/** @param own - the same stack, where it is the measurement's own and may be stopped */
type Measurement = (stack: StackDescription, own?: Stack, parameter?: string) => Promise<string[]>;

const OF_A_STACK: Readonly<Record<string, Measurement>> = {
  revocation: measureRevocation,
  operations: measureOperations,
  mirror: measureMirror,
  login: measureLogins,
  refresh: measureRefreshes,
  start: measureStart,
};
const IN_THIS_PROCESS: Readonly<Record<string, () => Promise<string[]>>> = { verify: measureVerification };

const USAGE = `npm run bench -- ${[...Object.keys(OF_A_STACK), ...Object.keys(IN_THIS_PROCESS)].join(' | ')}
mirror takes the number of entries. CITADEL_STACK may name a stack that runs; otherwise one is started for it.
`;

async function main(name = '', parameter?: string): Promise<number> {
  const measure = OF_A_STACK[name];
  const lines = measure ? await onStack(measure, parameter) : await IN_THIS_PROCESS[name]?.();
  if (!lines) {
    process.stderr.write(USAGE);
    return 64;
  }
  process.stdout.write(`${lines.join('\n')}\n`);
  return 0;
}

async function onStack(measure: Measurement, parameter?: string): Promise<string[]> {
  const file = process.env['CITADEL_STACK'];
  if (!file) return onOwnStack(measure, parameter);
  // Written by the stack; its shape is the type's.
  return measure(JSON.parse(readFileSync(file, 'utf8')) as StackDescription, undefined, parameter);
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
