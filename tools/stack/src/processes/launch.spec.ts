import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import until from 'p-wait-for';

import { launchService } from './launch.js';
import { LogFile } from './log-file.js';
import { identify, isRunning } from './process-identity.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'citadel-launch-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('keeps a service out of the group that Ctrl-C in the terminal ends', async () => {
  const entry = path.join(folder, 'service.cjs');
  writeFileSync(entry, "process.send('ready'); setInterval(() => {}, 1000);");
  const log = new LogFile(folder, 'service');
  const service = await launchService(entry, {}, log.open());
  await service.ready;
  // A process that leads a group has its own id as the group's: the signal to that group reaches it and nobody else.
  process.kill(-service.pid, 'SIGINT');
  expect(await service.exited).toEqual({ code: null, signal: 'SIGINT' });
  log.close();
});

it('leaves no process behind when its parent is killed, even while it is starting', async () => {
  // A parent that can be killed has to be another process, which runs what was built.
  const service = path.join(folder, 'service.cjs');
  writeFileSync(service, 'setInterval(() => {}, 1000);');
  const parent = path.join(folder, 'parent.mjs');
  const launch = path.resolve(import.meta.dirname, '../../dist/processes/launch.js');
  writeFileSync(
    parent,
    `const { launchService } = await import(${JSON.stringify(launch)});
     const service = await launchService(${JSON.stringify(service)}, {}, 2);
     process.send(service.pid);`,
  );
  const child = fork(parent, { stdio: 'ignore' });
  const [pid] = (await once(child, 'message')) as [number];
  const identity = identify(pid);
  child.kill('SIGKILL');
  if (!identity) throw new Error(`The service (process ${pid}) had ended before its launcher was killed`);
  await until(() => !isRunning(identity));
  expect(isRunning(identity)).toBe(false);
});
