import { availableParallelism } from 'node:os';

import type { StackDescription } from '@citadel/stack';
import { hash, type Options, verify } from '@node-rs/argon2';

import { Gateway, userOf } from './gateway.js';
import { underLoad } from './load.js';
import { percentile } from './percentiles.js';

const MILLISECONDS = 10_000;
const CLIENTS = 16;
/** Milliseconds between two requests of those that go on beside the logins. */
const READ_EVERY_MS = 20;
const REFRESH_EVERY_MS = 200;

/** As the auth service hashes: Argon2id (2; the library's enum cannot be imported under `isolatedModules`), 19 MiB, two passes. */
const PARAMETERS: Options = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 };

interface Beside {
  readonly reads: number[];
  readonly refreshes: number[];
}

/** Logins a second beside the rate of the hash alone on the same cores, and how long reads and refreshes take meanwhile. */
export async function measureLogins(stack: StackDescription): Promise<string[]> {
  const gateway = new Gateway(stack);
  try {
    process.stderr.write('Measuring the hash alone, then nothing but reads and refreshes, then logins beside them\n');
    const passwordHash = await hash('a password of nobody', PARAMETERS);
    const { perSecond: hashed } = await underLoad(availableParallelism(), MILLISECONDS, () =>
      verify(passwordHash, 'a password of nobody'),
    );
    const quiet = startBeside(stack, gateway);
    await pause(MILLISECONDS);
    const alone = await quiet.stop();

    const busy = startBeside(stack, gateway);
    let turn = 0;
    const { perSecond: logins } = await underLoad(CLIENTS, MILLISECONDS, () => {
      const { email, password } = stack.users[turn++ % stack.users.length] ?? userOf(stack, 'citizen');
      return gateway.logIn(email, password);
    });
    const beside = await busy.stop();
    const times = (values: readonly number[]) =>
      `${percentile(values, 0.5).toFixed(0)} / ${percentile(values, 0.99).toFixed(0)}`;
    return [
      `${String(MILLISECONDS / 1000)} s each, ${String(CLIENTS)} clients that log in without a pause`,
      '',
      '| | a second | of the limit |',
      '| --- | --- | --- |',
      `| Argon2id alone, on all cores: the limit | ${hashed.toFixed(1)} | 1.00 |`,
      `| logins | ${logins.toFixed(1)} | ${(logins / hashed).toFixed(2)} |`,
      '',
      '| p50 / p99 ms | without logins | beside the logins |',
      '| --- | --- | --- |',
      `| \`GET /v1/treasury/accounts\` | ${times(alone.reads)} | ${times(beside.reads)} |`,
      `| \`POST /v1/auth/refresh\` | ${times(alone.refreshes)} | ${times(beside.refreshes)} |`,
    ];
  } finally {
    gateway.close();
  }
}

/** One client that reads and one that refreshes, at a slow pace: what users see who are signed in. */
function startBeside(stack: StackDescription, gateway: Gateway) {
  const times: Beside = { reads: [], refreshes: [] };
  let isStopped = false;
  const every = async (milliseconds: number, into: number[], work: () => Promise<unknown>) => {
    while (!isStopped) {
      const began = performance.now();
      await work();
      into.push(performance.now() - began);
      await pause(milliseconds);
    }
  };
  const running = (async () => {
    const { email, password } = userOf(stack, 'citizen');
    const body = await gateway.expect(200, 'POST', '/v1/auth/login', undefined, { email, password });
    let { access_token: accessToken, refresh_token: refreshToken } = body;
    const read = () => gateway.expect(200, 'GET', '/v1/treasury/accounts', String(accessToken));
    const refresh = async () => {
      const answer = await gateway.expect(200, 'POST', '/v1/auth/refresh', undefined, { refresh_token: refreshToken });
      ({ access_token: accessToken, refresh_token: refreshToken } = answer);
    };
    await Promise.all([every(READ_EVERY_MS, times.reads, read), every(REFRESH_EVERY_MS, times.refreshes, refresh)]);
  })();
  return {
    async stop(): Promise<Beside> {
      isStopped = true;
      await running;
      return times;
    },
  };
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
