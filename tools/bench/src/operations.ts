import { randomUUID } from 'node:crypto';

import type { StackDescription } from '@citadel/stack';

import { type Answer, Gateway, userOf } from './gateway.js';
import { type Load, underLoad } from './load.js';
import { percentile } from './percentiles.js';
import { processorTime } from './processors.js';

const CONNECTIONS = 64;
const ROUNDS = 5;
const ROUND_MS = 3_000;
const ACCOUNTS = 32;

interface Operation {
  readonly name: string;
  /** The only status that counts as answered. */
  readonly status: number;
  readonly call: () => Promise<Answer>;
}

interface Round extends Load {
  /** Microseconds of processor time for one request, by process. */
  readonly spent: ReadonlyMap<string, number>;
}

/**
 * What one request of each operation costs: processor time of every process of the stack, which a busy machine changes
 * little, and requests per second with their latency, which it changes much; the client shares the processors.
 * Operations take turns, so that what happens on the machine meanwhile happens to all of them.
 */
export async function measureOperations(stack: StackDescription): Promise<string[]> {
  const gateway = new Gateway(stack);
  try {
    const operations = await prepare(stack, gateway);
    for (const operation of operations) await run(stack, operation, ROUND_MS / 3);
    const rounds = operations.map((): Round[] => []);
    for (let round = 1; round <= ROUNDS; round++) {
      for (const [index, operation] of operations.entries()) rounds[index]?.push(await run(stack, operation, ROUND_MS));
      process.stderr.write(`Round ${String(round)} of ${String(ROUNDS)} measured\n`);
    }
    return [
      `${String(CONNECTIONS)} connections, median of ${String(ROUNDS)} rounds of ${String(ROUND_MS / 1000)} s`,
      '',
      '| operation | requests/s | p50 / p99 ms | µs of CPU per request | gateway | service | NATS | PostgreSQL |',
      '| --- | --- | --- | --- | --- | --- | --- | --- |',
      ...operations.map(({ name }, index) => row(name, rounds[index] ?? [])),
    ];
  } finally {
    gateway.close();
  }
}

async function prepare(stack: StackDescription, gateway: Gateway): Promise<Operation[]> {
  const tokenOf = async (role: string) => {
    const { email, password } = userOf(stack, role);
    return (await gateway.logIn(email, password)).token;
  };
  const [citizen, treasurer] = [await tokenOf('citizen'), await tokenOf('treasurer')];
  const accounts: string[] = [];
  while (accounts.length < ACCOUNTS) {
    const { body } = await gateway.call('POST', '/v1/treasury/accounts', citizen, { name: 'Bench', currency: 'EUR' });
    const to = String(body['id']);
    const drawn = await gateway.call('POST', '/v1/treasury/vault-draws', treasurer, { to, amount: 1_000_000_000 });
    if (drawn.status !== 201) throw new Error(`No money to measure transfers with: ${JSON.stringify(drawn.body)}`);
    accounts.push(to);
  }
  let turn = 0;
  const next = () => accounts[turn++ % ACCOUNTS] ?? '';
  const get = (path: string, token?: string, status = 200) => ({
    name: `\`GET ${path}\``,
    status,
    call: () => gateway.call('GET', path, token),
  });
  return [
    get('/health/live'),
    { ...get('/v1/treasury/accounts', undefined, 401), name: '401 without a token' },
    get('/.well-known/jwks.json'),
    get('/v1/auth/me', citizen),
    {
      name: '`GET /v1/treasury/accounts/{id}`',
      status: 200,
      call: () => gateway.call('GET', `/v1/treasury/accounts/${next()}`, citizen),
    },
    get('/v1/treasury/accounts', citizen),
    {
      name: '`POST /v1/treasury/transfers`',
      status: 201,
      call: () => {
        const order = { id: randomUUID(), from: next(), to: next(), amount: 1 };
        return gateway.call('POST', '/v1/treasury/transfers', citizen, order);
      },
    },
  ];
}

async function run(stack: StackDescription, { name, status, call }: Operation, milliseconds: number): Promise<Round> {
  const before = processorTime(stack);
  const load = await underLoad(CONNECTIONS, milliseconds, async () => {
    const answer = await call();
    if (answer.status !== status) throw new Error(`${name} was answered ${JSON.stringify(answer)}`);
  });
  const spent = [...processorTime(stack)].map(([process, used]): [string, number] => [
    process,
    (used - (before.get(process) ?? 0)) / load.times.length,
  ]);
  return { ...load, spent: new Map(spent) };
}

function row(name: string, rounds: readonly Round[]): string {
  const median = (of: (round: Round) => number) => percentile(rounds.map(of), 0.5).toFixed(0);
  const sum = (round: Round, isCounted: (process: string) => boolean) =>
    [...round.spent].reduce((all, [process, used]) => (isCounted(process) ? all + used : all), 0);
  const OTHERS = ['gateway', 'nats', 'postgres'];
  const figures = [
    median((round) => round.perSecond),
    `${median((round) => percentile(round.times, 0.5))} / ${median((round) => percentile(round.times, 0.99))}`,
    median((round) => sum(round, () => true)),
    median((round) => round.spent.get('gateway') ?? 0),
    median((round) => sum(round, (process) => !OTHERS.includes(process))),
    median((round) => round.spent.get('nats') ?? 0),
    median((round) => round.spent.get('postgres') ?? 0),
  ];
  return `| ${[name, ...figures].join(' | ')} |`;
}
