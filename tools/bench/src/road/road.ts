import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Stack, StackDescription } from '@citadel/stack';

import { Gateway, userOf } from '../gateway.js';
import type { MeasurementOptions } from '../measurement.js';
import { describePace } from '../pace.js';
import { CONNECTIONS, measureInTurns } from '../rounds.js';
import { openAccounts } from './accounts.js';
import { type Contender, prove, readingOf } from './contender.js';
import { startOpenStack } from './open-stack.js';
import { PeerPrograms } from './peer-programs.js';
import { installPrograms, startPeers } from './start-peers.js';
import { tableOf } from './table.js';

/** What a read goes through. What auth and archives use meanwhile does not depend on how many reads there are. */
const ON_THE_ROAD: readonly string[] = ['gateway', 'treasury', 'nats', 'postgres'];

/**
 * What the same read costs on different roads: one account, asked for through a gateway over HTTPS, answered by a service
 * over NATS out of PostgreSQL. Ours, the same without auth, and what else is usual. In turns, each proven right before.
 */
export async function measureRoad(stack: StackDescription, { pace }: MeasurementOptions): Promise<string[]> {
  const folder = installPrograms();
  const home = mkdtempSync(path.join(tmpdir(), 'citadel-road-'));
  process.stderr.write('Starting the same stack without auth\n');
  const open = await startOpenStack(home);
  const programs = new PeerPrograms(folder, path.join(home, 'peers'));
  const contenders: Contender[] = [];
  try {
    const { ours, claims } = await ourRoad(stack);
    contenders.push(ours, await openRoad(open));
    process.stderr.write('Starting the peers\n');
    const accounts = contenders[1]?.accounts ?? [];
    const peers = { stack: open.describe(), accounts, claims, folder: path.join(home, 'peers') };
    contenders.push(...(await startPeers(programs, peers)));
    for (const contender of contenders) await prove(contender);
    process.stderr.write('Each answers as it should\n');
    const measured = await measureInTurns(contenders.map(readingOf), pace);
    return [
      `${String(CONNECTIONS)} connections, HTTPS with keep-alive, TLS to NATS and PostgreSQL, a line in a log for each request,`,
      describePace(pace),
      '',
      ...tableOf(contenders.map(({ name }, index) => ({ name, rounds: measured[index] ?? [] }))),
    ];
  } finally {
    for (const { gateway } of contenders) gateway.close();
    await programs.stop();
    await open.discard();
  }
}

async function ourRoad(stack: StackDescription): Promise<{ readonly ours: Contender; readonly claims: object }> {
  const gateway = new Gateway(stack);
  const { email, password } = userOf(stack, 'citizen');
  // An access token lives for minutes, and all rounds together may take longer.
  const logIn = async () => (await gateway.logIn(email, password)).token;
  const token = await logIn();
  const accounts = await openAccounts(gateway, token);
  const missing = ON_THE_ROAD.filter((wanted) => !stack.processes.some(({ name }) => name === wanted));
  if (missing.length > 0)
    throw new Error(`${missing.join(' and ')} cannot be measured: the stack does not run it itself`);
  const ours = {
    name: 'ours',
    gateway,
    accounts,
    credential: { header: 'authorization', scheme: 'Bearer ', value: logIn },
    processes: () => ({ processes: stack.processes.filter(({ name }) => ON_THE_ROAD.includes(name)) }),
  };
  return { ours, claims: JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as object };
}

async function openRoad(open: Stack): Promise<Contender> {
  const gateway = new Gateway(open.describe());
  const accounts = await openAccounts(gateway);
  return { name: 'ours without any auth: the limit', gateway, accounts, processes: () => open.describe() };
}
