import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import path from 'node:path';
import until from 'p-wait-for';

import { processOf } from '../stack/stack.js';
import type { StackUnderFault } from './stack-under-fault.js';
import type { Cell } from './table.js';

export async function postgresCells(whole: StackUnderFault): Promise<Cell[]> {
  const { stack } = whole;
  const cells: Cell[] = [];
  const find = async (state: string, produced: string) => cells.push(await whole.cell('PostgreSQL', state, produced));

  await find('healthy', 'answers');
  await whole.inDatabase('treasury', async (client) => {
    await client.query('BEGIN');
    await client.query('LOCK TABLE accounts');
    await find('slow', 'the treasury’s table is locked');
    await client.query('ROLLBACK');
  });
  await whole.recovered();
  await whole.inDatabase('treasury', async (client) => {
    await client.query('ALTER TABLE accounts RENAME TO accounts_elsewhere');
    await find('wrong', 'the treasury’s table has another name');
    await client.query('ALTER TABLE accounts_elsewhere RENAME TO accounts');
  });
  await whole.recovered();
  await whole.inDatabase('auth', async (client) => {
    await client.query('CREATE TEMP TABLE lost AS TABLE revocations');
    await client.query('DELETE FROM revocations');
    await find('stale', 'auth’s revocations are gone, as after an old backup');
    await client.query('INSERT INTO revocations TABLE lost ON CONFLICT DO NOTHING');
  });
  await stack.stopServer('postgres');
  await find('down', 'stopped');
  await stack.startServer('postgres');
  await whole.recovered();
  return cells;
}

export async function natsCells(whole: StackUnderFault): Promise<Cell[]> {
  const { stack } = whole;
  const cells: Cell[] = [];
  const find = async (state: string, produced: string) => cells.push(await whole.cell('NATS', state, produced));
  const isOut = async () => (await whole.accounts()).status === 503;

  const pid = processOf('nats', stack.describe());
  process.kill(pid, 'SIGSTOP');
  await find('slow', 'frozen').finally(() => process.kill(pid, 'SIGCONT'));
  await whole.recovered();
  await stack.stopServer('nats');
  await until(isOut);
  await find('down', 'stopped');
  const imposter = await serverWithoutTls(new URL(stack.describe().nats.url).port);
  await imposter.hasBeenTried;
  await find('wrong', 'another server on its port, without TLS');
  await imposter.close();
  rmSync(path.join(path.dirname(stack.describe().ca), '../nats/store'), { recursive: true });
  await stack.startServer('nats');
  await whole.recovered();
  // What they remember of before would hide what the bucket lacks.
  for (const service of ['treasury', 'gateway'] as const) await stack.stopService(service);
  for (const service of ['treasury', 'gateway'] as const) await stack.startService(service);
  await whole.recovered();
  await find('stale', 'lost its data, then gateway and treasury started again');
  return cells;
}

/** Greets as NATS does, but cannot prove who it is. */
async function serverWithoutTls(port: string) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.write('INFO {"server_id":"imposter","version":"2.10.0","proto":1,"headers":true,"max_payload":1048576}\r\n');
  });
  const hasBeenTried = once(server, 'connection');
  server.listen(Number(port), '127.0.0.1');
  await once(server, 'listening');
  return {
    hasBeenTried,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
