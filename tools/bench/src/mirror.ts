import { readFileSync } from 'node:fs';
import { connectionOf } from '@citadel/platform/database';
import { SERVICES, type Stack, type StackDescription } from '@citadel/stack';
import { Client } from 'pg';

import { Gateway, userOf } from './gateway.js';

const ENTRIES = 1_000_000;
const ASK_EVERY_MS = 20;
const PATIENCE_MS = 600_000;

/**
 * How long all processes need, restarted at the same moment, until each has a million revocations in memory, and what a
 * client sees that goes on asking meanwhile. The entries are stored first and published by the auth service itself.
 */
export async function measureMirror(description: StackDescription, stack?: Stack): Promise<string[]> {
  if (!stack) throw new Error('This restarts processes, so it needs a stack of its own: unset CITADEL_STACK');
  const gateway = new Gateway(description);
  try {
    const publishing = await publishEntries(description);
    const client = userOf(description, 'treasurer');
    const { token } = await gateway.logIn(client.email, client.password);
    const revoked = await gateway.logIn(client.email, client.password);
    await gateway.call('POST', '/v1/auth/logout', revoked.token);

    await Promise.all(SERVICES.map((name) => stack.stopService(name)));
    const asking = askUntilStopped(gateway, token);
    const began = performance.now();
    const ready = await Promise.all(
      SERVICES.map(async (name) => {
        await stack.startService(name);
        return [name, (performance.now() - began) / 1000] as const;
      }),
    );
    const { answers, refusedAfterwards } = await asking.stop();
    const afterwards = await gateway.call('GET', '/v1/treasury/accounts', revoked.token);
    return [
      `${String(ENTRIES)} entries, stored and then published by auth in ${publishing.toFixed(0)} s`,
      ...ready.map(
        ([name, seconds]) => `${name.padEnd(10)} ready after ${seconds.toFixed(1)} s, ${memoryOf(name, stack)}`,
      ),
      `a client that asked all the time: ${answers}; after its first 200 another answer ${String(refusedAfterwards)} times`,
      `a token that was revoked before: ${String(afterwards.status)}`,
    ];
  } finally {
    gateway.close();
  }
}

/** @returns seconds until all of them were in the bucket */
async function publishEntries({ migratorDatabases, ca }: StackDescription): Promise<number> {
  const database = new Client(connectionOf(migratorDatabases.auth, readFileSync(ca, 'utf8')));
  await database.connect();
  try {
    process.stderr.write(`Storing ${String(ENTRIES)} revocations\n`);
    await database.query(`
      INSERT INTO revocations (key, expires_at)
      SELECT 'session.' || gen_random_uuid(), now() + interval '1 day' FROM generate_series(1, ${String(ENTRIES)})`);
    const began = performance.now();
    for (let left = ENTRIES; left > 0;) {
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

function memoryOf(name: string, stack: Stack): string {
  const pid = stack.describe().processes.find((process) => process.name === name)?.pid;
  try {
    const [, kilobytes] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8')) ?? [];
    return `${String(Math.round(Number(kilobytes) / 1024))} MB of memory`;
  } catch {
    return 'memory unknown (there is no /proc)';
  }
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
