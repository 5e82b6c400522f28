import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { text } from 'node:stream/consumers';

const BUILT = path.resolve(import.meta.dirname, '../dist');

/** A process that is told to stop by itself, at the moment that the program chooses. */
async function run(start: string) {
  const source = `
    const { runProcess } = await import(${JSON.stringify(path.join(BUILT, 'run-process.js'))});
    const { JsonLogger } = await import(${JSON.stringify(path.join(BUILT, 'logging/logger.js'))});
    const stopSelf = () => process.kill(process.pid, 'SIGTERM');
    const running = {
      logger: new JsonLogger('treasury', 'info'),
      ready: async () => true,
      close: async () => process.stderr.write('closed'),
    };
    // Work that keeps the process alive until it is stopped, but not for longer than a test.
    setTimeout(() => process.exit(3), 20_000);
    await runProcess('treasury', async () => { ${start} });`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', source], { cwd: import.meta.dirname });
  const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  return { stderr, code: code as number };
}

describe('a process that is told to stop', () => {
  it.each([
    ['after its start', 'setTimeout(stopSelf, 300); return running;'],
    ['at the moment at which its start is over', 'stopSelf(); return running;'],
  ])(
    '%s lets go of everything and ends',
    async (_, start) => {
      await expect(run(start)).resolves.toEqual({ stderr: 'closed', code: 0 });
    },
    30_000,
  );

  it('while it starts ends at once', async () => {
    await expect(run('stopSelf(); return new Promise(() => undefined);')).resolves.toEqual({ stderr: '', code: 0 });
  }, 30_000);
});
