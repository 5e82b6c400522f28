import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

import { commandOf, identify, isRunning, signal, startTimeIn, type ProcessIdentity } from './process-identity.js';

let child: ChildProcess;
let identity: ProcessIdentity;
beforeEach(async () => {
  child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', 'a-name-to-find']);
  await once(child, 'spawn');
  const found = identify(child.pid ?? 0);
  if (!found) throw new Error('A process that was just started is not found');
  identity = found;
});
afterEach(() => child.kill('SIGKILL'));

it('knows a process again while it runs, and not afterwards', async () => {
  expect(isRunning(identity)).toBe(true);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(isRunning(identity)).toBe(false);
  expect(identify(identity.pid)).toBeUndefined();
});

it('spares a process that was given the id of the one that is meant', () => {
  const former = { ...identity, started: 'earlier' };
  expect(isRunning(former)).toBe(false);
  expect(signal(former, 'SIGKILL')).toBe(false);
  expect(isRunning(identity)).toBe(true);
});

it('ends the one that is meant', async () => {
  expect(signal(identity, 'SIGTERM')).toBe(true);
  const [, name] = (await once(child, 'exit')) as [number | null, string | null];
  expect(name).toBe('SIGTERM');
});

it('tells the command line of a process', () => {
  expect(commandOf(identity.pid)).toContain('a-name-to-find');
  child.kill('SIGKILL');
});

it('finds the starting time behind a name with brackets and spaces', () => {
  const fields = ['S', ...Array.from({ length: 18 }, (_, index) => String(index)), '4711', '0'];
  expect(startTimeIn(`12 (odd) (name) ${fields.join(' ')}`)).toEqual({ state: 'S', startTime: '4711' });
});
