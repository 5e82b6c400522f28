import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { text } from 'node:stream/consumers';

const BUILT = path.resolve(import.meta.dirname, '../../dist/logging');

/** Runs a program that logs, with its standard output behind a pipe that is read when `read` says so. */
function logging(program: string) {
  const source = `
    import { pino } from 'pino';
    const { JsonLogger } = await import(${JSON.stringify(path.join(BUILT, 'logger.js'))});
    const { standardOutput } = await import(${JSON.stringify(path.join(BUILT, 'standard-output.js'))});
    ${program}`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', source], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const read = async () => {
    if (!child.stdout) throw new Error('The pipe is missing');
    const [output] = await Promise.all([text(child.stdout), once(child, 'close')]);
    return output
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  };
  return { child, read };
}

describe('log lines on standard output', () => {
  it.each([
    ['flushes and exits, as a service does on SIGTERM', 'await logger.flush(); process.exit(0);'],
    ['exits at once', 'process.exit(1);'],
    ['comes to its end', 'process.disconnect();'],
  ])('are all written, in their order, when a process %s', async (_, end) => {
    const { read } = logging(`
      const logger = new JsonLogger('treasury', 'info');
      for (let line = 0; line < 2_000; line += 1) logger.log({ message: 'Request', line }, 'X');
      await new Promise((resolve) => setTimeout(resolve, 250));
      for (let line = 2_000; line < 2_003; line += 1) logger.log({ message: 'Request', line }, 'X');
      ${end}`);
    const lines = await read();
    expect(lines.map(({ line }) => line)).toEqual(Array.from({ length: 2_003 }, (_, line) => line));
  });

  it('are dropped and counted, and keep nothing waiting, when their reader does not keep up', async () => {
    const { child, read } = logging(`
      let dropped = 0;
      const destination = standardOutput((lines) => {
        dropped += lines;
        log.info({ dropped: lines });
      }, 64 * 1024);
      const log = pino(destination);
      for (let line = 0; line < 20_000; line += 1) {
        log.info({ line });
        if (line % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      process.send('written');
      while (dropped === 0) await new Promise((resolve) => setTimeout(resolve, 20));
      process.disconnect();`);
    await once(child, 'message');
    const lines = await read();
    const written = lines.filter(({ line }) => line !== undefined);
    const dropped = lines.reduce((sum, line) => sum + Number(line['dropped'] ?? 0), 0);
    expect(dropped).toBeGreaterThan(10_000);
    expect(written.length + dropped).toBe(20_000);
  });
});
