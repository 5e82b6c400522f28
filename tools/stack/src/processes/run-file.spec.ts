import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { identify, isRunning, type ProcessIdentity } from './process-identity.js';
import { AlreadyRunningError, RunFile, type RunState } from './run-file.js';

const GONE: ProcessIdentity = { pid: 2 ** 22 - 1, started: 'long ago' };
let folder: string;
let child: ChildProcess;
let running: ProcessIdentity;
const file = () => path.join(folder, 'run.json');
const leave = (state: RunState) => writeFileSync(file(), JSON.stringify(state));

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'citadel-run-'));
  child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  await once(child, 'spawn');
  const found = identify(child.pid ?? 0);
  if (!found) throw new Error('A process that was just started is not found');
  running = found;
});
afterEach(() => {
  child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

it('lets one stack at a time run in a folder', async () => {
  const first = new RunFile(file());
  await first.take();
  await expect(new RunFile(file()).take()).rejects.toThrow(AlreadyRunningError);
  first.release();
  await expect(new RunFile(file()).take()).resolves.toBeUndefined();
});

it('names the process that has the folder, and how to stop it', async () => {
  leave({ owner: running, processes: [] });
  await expect(new RunFile(file()).take()).rejects.toThrow(
    new RegExp(`process ${String(running.pid)}\\).*npm run stack -- stop`, 's'),
  );
});

it('takes over from an owner that is gone, and ends what it left behind', async () => {
  leave({ owner: GONE, processes: [{ name: 'treasury', ...running }] });
  const swept: string[] = [];
  await new RunFile(file()).take((names) => swept.push(...names));
  expect(swept).toEqual(['treasury']);
  expect(isRunning(running)).toBe(false);
});

it('does not end a stranger that was given the id of a process of ours', async () => {
  leave({ owner: GONE, processes: [{ name: 'treasury', pid: running.pid, started: 'long ago' }] });
  const swept: string[] = [];
  await new RunFile(file()).take((names) => swept.push(...names));
  expect(swept).toEqual([]);
  expect(isRunning(running)).toBe(true);
});

it('does not take an owner for alive because another process has its id', async () => {
  leave({ owner: { pid: running.pid, started: 'long ago' }, processes: [] });
  await expect(new RunFile(file()).take()).resolves.toBeUndefined();
});

it('lets one of many that start at the same moment win', async () => {
  leave({ owner: GONE, processes: [] });
  const outcomes = await Promise.allSettled(Array.from({ length: 8 }, async () => new RunFile(file()).take()));
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

it('gives up the folder of an owner that is gone, never that of one that runs', () => {
  leave({ owner: running, processes: [] });
  new RunFile(file()).discard();
  expect(existsSync(file())).toBe(true);
  leave({ owner: GONE, processes: [] });
  new RunFile(file()).discard();
  expect(existsSync(file())).toBe(false);
});
