import type { Answer } from './gateway.js';
import { type Load, underLoad } from './load.js';
import type { Pace } from './pace.js';
import { percentile } from './percentiles.js';
import { type Processes, processorTime } from './processors.js';

export const CONNECTIONS = 64;
/** Requests before anything is counted, if they take no longer than five turns: until then V8 has not compiled what runs. */
const WARM_UP = 3_000;
/** Requests before each turn: what was closed for being idle meanwhile (TLS, PostgreSQL) is opened again, uncounted. */
const LEAD_IN = 10 * CONNECTIONS;

/** What is asked for again and again, and the processes that are counted. */
export interface Operation {
  readonly name: string;
  /** The only status that counts as answered. */
  readonly status: number;
  readonly call: () => Promise<Answer>;
  /** Called before each turn, for what does not last until the end. */
  readonly prepare?: () => Promise<void>;
  readonly processes: () => Processes;
}

export interface Round extends Load {
  /** Microseconds of processor time for one request, by process. */
  readonly spent: ReadonlyMap<string, number>;
}

/**
 * Measures operations in turns, so that what happens on the machine meanwhile happens to all of them.
 *
 * @returns the rounds of each operation, in the order of the operations
 */
export async function measureInTurns(operations: readonly Operation[], { rounds, roundMs }: Pace): Promise<Round[][]> {
  for (const operation of operations) {
    await operation.prepare?.();
    await run(operation, 5 * roundMs, WARM_UP);
  }
  const measured = operations.map((): Round[] => []);
  for (let round = 1; round <= rounds; round++) {
    for (const [index, operation] of operations.entries()) {
      await operation.prepare?.();
      await run(operation, roundMs, LEAD_IN);
      measured[index]?.push(await run(operation, roundMs));
    }
    process.stderr.write(`Round ${String(round)} of ${String(rounds)} measured\n`);
  }
  return measured;
}

async function run(
  { name, status, call, processes }: Operation,
  milliseconds: number,
  atMost = Number.POSITIVE_INFINITY,
): Promise<Round> {
  const counted = processes();
  const before = processorTime(counted);
  const work = async () => {
    const answer = await call();
    if (answer.status !== status) throw new Error(`${name} was answered ${JSON.stringify(answer)}`);
  };
  const load = await underLoad(CONNECTIONS, milliseconds, work, atMost);
  const spent = [...processorTime(counted)].map(([process, used]): [string, number] => [
    process,
    (used - (before.get(process) ?? 0)) / load.times.length,
  ]);
  return { ...load, spent: new Map(spent) };
}

/** Microseconds of processor time for one request, of all processes that were counted. */
export const spentBy = (round: Round): number => spentByThose(round, () => true);

const spentByThose = ({ spent }: Round, isCounted: (process: string) => boolean): number =>
  [...spent].reduce((all, [process, used]) => (isCounted(process) ? all + used : all), 0);

export const medianOf = (rounds: readonly Round[], of: (round: Round) => number): number =>
  percentile(rounds.map(of), 0.5);

export const FIGURES = [
  'requests/s',
  'p50 / p99 ms',
  'µs of CPU per request',
  'gateway',
  'service',
  'NATS',
  'PostgreSQL',
] as const;

/** The {@link FIGURES} of an operation. Whatever is neither gateway nor server is a service. */
export function figuresOf(rounds: readonly Round[]): string[] {
  const median = (of: (round: Round) => number) => medianOf(rounds, of).toFixed(0);
  const OTHERS = ['gateway', 'nats', 'postgres'];
  return [
    median((round) => round.perSecond),
    `${median((round) => percentile(round.times, 0.5))} / ${median((round) => percentile(round.times, 0.99))}`,
    median(spentBy),
    median((round) => spentByThose(round, (process) => process === 'gateway')),
    median((round) => spentByThose(round, (process) => !OTHERS.includes(process))),
    median((round) => spentByThose(round, (process) => process === 'nats')),
    median((round) => spentByThose(round, (process) => process === 'postgres')),
  ];
}

export const tableRow = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
export const tableHead = (cells: readonly string[]): string[] => [tableRow(cells), tableRow(cells.map(() => '---'))];
