import { SERVICE_NAMES } from '@citadel/contracts';
import type { StackDescription } from '@citadel/stack';

import type { MeasurementOptions } from './measurement.js';
import { percentile } from './percentiles.js';
import { memoryOf } from './processors.js';

const IDLE_MS = 2_000;

interface Start {
  /** Milliseconds until it said that it is ready. */
  readonly alone: number;
  readonly together: number;
  /** Megabytes of memory two seconds later, with nothing to do. */
  readonly memory: number;
}

/**
 * How long each process needs from its start until it is ready, alone and with all others at the same moment, and how much
 * memory it has then. PostgreSQL and NATS run all the time.
 */
export async function measureStart(
  _: StackDescription,
  { own: stack, pace: { rounds } }: MeasurementOptions,
): Promise<string[]> {
  if (!stack) throw new Error('This restarts processes, so it needs a stack of its own: unset CITADEL_STACK');
  const starts = new Map(SERVICE_NAMES.map((name): [string, Start[]] => [name, []]));
  for (let round = 1; round <= rounds; round += 1) {
    const alone = new Map<string, number>();
    for (const name of SERVICE_NAMES) {
      await stack.stopService(name);
      alone.set(name, await timeOf(() => stack.startService(name)));
    }
    await Promise.all(SERVICE_NAMES.map((name) => stack.stopService(name)));
    const together = await Promise.all(SERVICE_NAMES.map((name) => timeOf(() => stack.startService(name))));
    await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
    for (const [index, name] of SERVICE_NAMES.entries()) {
      const memory = memoryOf(stack.describe().processes.find((one) => one.name === name)?.pid ?? 0) ?? Number.NaN;
      starts.get(name)?.push({ alone: alone.get(name) ?? Number.NaN, together: together[index] ?? Number.NaN, memory });
    }
    process.stderr.write(`Round ${String(round)} of ${String(rounds)} measured\n`);
  }
  const median = (measured: readonly Start[], of: keyof Start) =>
    percentile(
      measured.map((one) => one[of]),
      0.5,
    );
  return [
    `median of ${String(rounds)} rounds`,
    '',
    '| process | ready after, alone | ready after, all four at once | memory when idle |',
    '| --- | --- | --- | --- |',
    ...[...starts].map(([name, measured]) => {
      const [alone, together] = [median(measured, 'alone') / 1000, median(measured, 'together') / 1000];
      return `| ${name} | ${alone.toFixed(2)} s | ${together.toFixed(2)} s | ${median(measured, 'memory').toFixed(0)} MB |`;
    }),
  ];
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}
