import { readFileSync } from 'node:fs';
import { SERVICE_NAMES } from '@citadel/contracts';
import { connectionOf } from '@citadel/platform/database';
import type { StackDescription } from '@citadel/stack';
import { Client } from 'pg';

import { Gateway, userOf } from './gateway.js';
import type { MeasurementOptions } from './measurement.js';
import { memoryOf } from './processors.js';

const ENTRIES = 1_000_000;
/** Settings with which the entries do not bring the bucket to its limit. */
export const ROOM = { auth: { REVOCATIONS_AT_MOST: '10000000' } };
const ASK_EVERY_MS = 20;
const PATIENCE_MS = 600_000;

/**
 * How long all processes need, restarted at the same moment, until each has all revocations in memory, and what a client
 * sees that goes on asking meanwhile. The entries are stored first and published by the auth service itself.
 *
 * The parameter is how many entries; a million if left out.
 */
export async function measureMirror(
  description: StackDescription,
  { own: stack, parameter: count }: MeasurementOptions,
): Promise<string[]> {
  const entries = Number(count ?? ENTRIES);
  if (!Number.isInteger(entries) || entries < 1) throw new Error(`${String(count)} is not a number of entries`);
  if (!stack) throw new Error('This restarts processes, so it needs a stack of its own: unset CITADEL_STACK');
  const gateway = new Gateway(description);
  try {
    const publishing = await publishEntries(description, entries);
    const client = userOf(description, 'treasurer');
    const { token } = await gateway.logIn(client.email, client.password);
    const revoked = await gateway.logIn(client.email, client.password);
    await gateway.call('POST', '/v1/auth/logout', revoked.token);

    await Promise.all(SERVICE_NAMES.map((name) => stack.stopService(name)));
    const asking = askUntilStopped(gateway, token);
    const memory = (name: string) => {
      const megabytes = memoryOf(stack.describe().processes.find((one) => one.name === name)?.pid ?? 0);
      return megabytes === undefined ? 'memory unknown (there is no /proc)' : `${megabytes.toFixed(0)} MB of memory`;
    };
    const began = performance.now();
    const ready = await Promise.all(
      SERVICE_NAMES.map(async (name) => {
        const failure = await stack.startService(name).then(() => undefined, firstLineOf);
        const seconds = ((performance.now() - began) / 1000).toFixed(1);
        return `${name.padEnd(10)} ${failure ?? `ready after ${seconds} s, ${memory(name)}`}`;
      }),
    );
    const { answers, refusedAfterwards } = await asking.stop();
    const afterwards = await gateway
      .call('GET', '/v1/treasury/accounts', revoked.token)
      .then(({ status }) => String(status), firstLineOf);
    return [
      `${String(entries)} entries, stored and then published by auth in ${publishing.toFixed(0)} s`,
      ...ready,
      `a client that asked all the time: ${answers}; after its first 200 another answer ${String(refusedAfterwards)} times`,
      `a token that was revoked before: ${afterwards}`,
    ];
  } finally {
    gateway.close();
  }
}

/** @returns seconds until all of them were in the bucket */
async function publishEntries({ migratorDatabases, ca }: StackDescription, entries: number): Promise<number> {
  const database = new Client(connectionOf(migratorDatabases.auth, readFileSync(ca, 'utf8')));
  await database.connect();
  try {
    process.stderr.write(`Storing ${String(entries)} revocations\n`);
    await database.query(`
      INSERT INTO revocations (key, expires_at)
      SELECT 'session.' || gen_random_uuid(), now() + interval '1 day' FROM generate_series(1, ${String(entries)})`);
    const began = performance.now();
    for (let left = entries; left > 0;) {
      if (performance.now() - began > PATIENCE_MS)
        throw new Error(`${String(left)} revocations are still not published`);
      await pause(1_000);
      const { rows } = await database.query<{ left: string }>(
        'SELECT count(*) AS left FROM revocations WHERE published_in IS NULL',
      );
      left = Number(rows[0]?.left);
      process.stderr.write(`${String(left)} are still to be published\n`);
    }
    return (performance.now() - began) / 1000;
  } finally {
    await database.end();
  }
}

/** Asks again and again, as a client does that was served before. */
function askUntilStopped(gateway: Gateway, token: string) {
  const counts = new Map<string, number>();
  let isStopped = false;
  let refusedAfterwards = 0;
  const asking = (async () => {
    while (!isStopped) {
      const answer = await gateway.call('GET', '/v1/treasury/accounts', token).then(
        ({ status }) => String(status),
        () => 'no connection',
      );
      if (answer !== '200' && counts.has('200')) refusedAfterwards += 1;
      counts.set(answer, (counts.get(answer) ?? 0) + 1);
      await pause(ASK_EVERY_MS);
    }
  })();
  return {
    async stop() {
      isStopped = true;
      await asking;
      const answers = [...counts].map(([answer, times]) => `${answer} ${String(times)} times`).join(', ');
      return { answers, refusedAfterwards };
    },
  };
}

const firstLineOf = (error: unknown) => String(error).split('\n')[0] ?? '';

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
