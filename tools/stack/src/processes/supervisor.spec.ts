import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { launchService } from './launch.js';
import { LogFile } from './log-file.js';
import { isRunning } from './process-identity.js';
import { Supervisor } from './supervisor.js';

const READY = "process.send('ready');";
const STAYS = 'setInterval(() => {}, 1000);';

let folder: string;
let said: string[];
let supervisor: Supervisor;
let heard: (() => void) | undefined;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'citadel-supervisor-'));
  said = [];
});
afterEach(async () => {
  await supervisor.stop();
  rmSync(folder, { recursive: true });
});

function supervise(program: string, limits: { readyWithinMs?: number; stopWithinMs?: number } = {}): Supervisor {
  const entry = path.join(folder, 'service.cjs');
  writeFileSync(entry, program);
  const log = new LogFile(folder, 'service');
  supervisor = new Supervisor({
    name: 'treasury',
    launch: async () => launchService(entry, {}, log.open()),
    log,
    say: (line) => {
      said.push(line);
      heard?.();
    },
    onChange: () => undefined,
    readyWithinMs: limits.readyWithinMs ?? 10_000,
    stopWithinMs: limits.stopWithinMs ?? 10_000,
  });
  return supervisor;
}

async function untilSaid(pattern: RegExp): Promise<void> {
  while (!said.some((line) => pattern.test(line))) await new Promise<void>((resolve) => (heard = resolve));
}

it('starts a process again after a crash, and says so', async () => {
  await supervise(READY + STAYS).start();
  const first = supervisor.process?.pid;
  await supervisor.kill();
  await untilSaid(/is back/);
  expect(said[0]).toMatch(/^treasury was ended by SIGKILL; starting it again in 0\.5 s/);
  expect(supervisor.process?.pid).not.toBe(first);
});

it('does not start a process again whose configuration is at fault', async () => {
  await supervise(`${READY} console.error('NATS_URL is missing'); setTimeout(() => process.exit(78), 50);`).start();
  await untilSaid(/not started again/);
  expect(said).toEqual([expect.stringMatching(/status 78.*NATS_URL is missing/s)]);
});

it('does not restart a process that was asked to stop', async () => {
  await supervise(READY + STAYS).start();
  const former = supervisor.process;
  await supervisor.stop();
  expect(supervisor.process).toBeUndefined();
  expect(former && isRunning(former)).toBe(false);
  expect(said).toEqual([]);
});

it('takes the end of a process for no crash once it is not watched any more', async () => {
  await supervise(READY + STAYS).start();
  supervisor.unwatch();
  await supervisor.kill();
  expect(said).toEqual([]);
  expect(supervisor.process).toBeUndefined();
});

it('names a process that hangs and shows what it said last', async () => {
  const start = supervise(`console.log('waiting for the moon'); ${STAYS}`, { readyWithinMs: 1_500 }).start();
  await expect(start).rejects.toThrow(/^treasury is not ready after 1\.5 s.*waiting for the moon/s);
  expect(supervisor.process).toBeUndefined();
});

it('names a process that ends before it is ready', async () => {
  const start = supervise("console.error('no such table'); process.exit(3);").start();
  await expect(start).rejects.toThrow(/^treasury ended with status 3.*no such table/s);
});

it('kills a process that does not stop in time', async () => {
  await supervise(`process.on('SIGTERM', () => {}); ${READY}${STAYS}`, { stopWithinMs: 200 }).start();
  await supervisor.stop();
  expect(said).toEqual(['treasury does not stop within 0.2 s and will be killed']);
  expect(supervisor.process).toBeUndefined();
});

it('can be started again after it was stopped', async () => {
  await supervise(READY + STAYS).start();
  await supervisor.stop();
  await supervisor.start();
  expect(supervisor.process).toBeDefined();
});
