import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { memoryOf, processorTime } from './processors.js';

const BUSY = 'const end = Date.now() + 600; while (Date.now() < end);';

describe('processor time', () => {
  it('counts what a process and its children use, whether they still run or not; elsewhere it says that it needs Linux', async () => {
    if (process.platform !== 'linux') {
      expect(() => processorTime({ processes: [] })).toThrow('Linux');
      return;
    }
    const program = `
      const { spawn } = require('node:child_process');
      const child = () => spawn(process.execPath, ['-e', ${JSON.stringify(`${BUSY} process.stdin.resume()`)}]);
      spawn(process.execPath, ['-e', ${JSON.stringify(BUSY)}]).once('exit', () => {
        child();
        setTimeout(() => process.send('busy'), 1_500);
      });`;
    const tree = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    const processes = [{ name: 'tree', pid: tree.pid ?? 0 }];
    const used = () => processorTime({ processes }).get('tree') ?? 0;
    const before = used();
    await once(tree, 'message');
    // Two children were busy for 600 ms each; on a machine that is busy itself they were given less of it.
    expect(used() - before).toBeGreaterThan(100_000);
    expect(used() - before).toBeLessThan(5_000_000);
    tree.kill('SIGKILL');
    await once(tree, 'exit');
    expect(used()).toBe(0);
  });
});

describe('memory', () => {
  it('is what a process has in RAM, and unknown for one that is not there', () => {
    const own = memoryOf(process.pid);
    const expected = process.platform === 'linux' ? process.memoryUsage.rss() / 1024 / 1024 : undefined;
    expect(Math.abs((own ?? 0) - (expected ?? 0))).toBeLessThan(50);
    expect(memoryOf(0)).toBeUndefined();
  });
});
