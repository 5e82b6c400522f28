import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { type StackDescription, startStack } from '@citadel/stack';

import type { MeasurementOptions } from './measurement.js';
import { measureLogins } from './logins.js';
import { measureMirror, ROOM } from './mirror.js';
import { measureOperations } from './operations.js';
import { paceOf } from './pace.js';
import { measureRefreshes } from './refreshes.js';
import { measureRevocation } from './revocation.js';
import { measureRoad } from './road/road.js';
import { measureStart } from './start.js';
import { measureVerification } from './verify.js';

type Measurement = (stack: StackDescription, options: MeasurementOptions) => Promise<string[]>;

const OF_A_STACK: Readonly<Record<string, Measurement>> = {
  revocation: measureRevocation,
  operations: measureOperations,
  mirror: measureMirror,
  login: measureLogins,
  refresh: measureRefreshes,
  start: measureStart,
  road: measureRoad,
};
const IN_THIS_PROCESS: Readonly<Record<string, () => Promise<string[]>>> = { verify: measureVerification };

const USAGE = `npm run bench -- ${[...Object.keys(OF_A_STACK), ...Object.keys(IN_THIS_PROCESS)].join(' | ')} [--quick]
mirror takes the number of entries. --quick takes fewer and shorter rounds (operations, refresh, road, start).
CITADEL_STACK may name a stack that runs; otherwise one is started for it.
`;

async function main(given: readonly string[]): Promise<number> {
  const [name = '', parameter] = given.filter((one) => one !== '--quick');
  const options = { parameter, pace: paceOf(given.includes('--quick')) };
  const measure = OF_A_STACK[name];
  const lines = measure ? await onStack(measure, options) : await IN_THIS_PROCESS[name]?.();
  if (!lines) {
    process.stderr.write(USAGE);
    return 64;
  }
  process.stdout.write(`${lines.join('\n')}\n`);
  return 0;
}

async function onStack(measure: Measurement, options: MeasurementOptions): Promise<string[]> {
  const file = process.env['CITADEL_STACK'];
  if (!file) return onOwnStack(measure, options);
  // Written by the stack; its shape is the type's.
  return measure(JSON.parse(readFileSync(file, 'utf8')) as StackDescription, options);
}

async function onOwnStack(measure: Measurement, options: MeasurementOptions): Promise<string[]> {
  process.stderr.write('Starting a stack of its own\n');
  const home = mkdtempSync(path.join(tmpdir(), 'citadel-bench-'));
  const stack = await startStack({ home, gatewayPort: 0, serviceSettings: ROOM });
  try {
    return await measure(stack.describe(), { ...options, own: stack });
  } finally {
    await stack.discard();
  }
}

process.exitCode = await main(process.argv.slice(2));
