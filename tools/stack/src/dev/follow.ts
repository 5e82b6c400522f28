import { statSync, unwatchFile, watchFile } from 'node:fs';
import { open } from 'node:fs/promises';

const INTERVAL_MS = 300;

/**
 * Hands over each line that is appended to a file from now on. A file that became shorter was rotated and is read from
 * its start.
 *
 * @returns ends it
 */
export function follow(file: string, onLine: (line: string) => void): () => void {
  let position = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  let rest = '';
  let reading = Promise.resolve();
  watchFile(file, { interval: INTERVAL_MS }, ({ size }) => {
    const from = size < position ? 0 : position;
    position = size;
    reading = reading.then(async () => {
      const lines = (rest + (await read(file, from, size))).split('\n');
      rest = lines.pop() ?? '';
      lines.forEach(onLine);
    });
  });
  return () => unwatchFile(file);
}

async function read(file: string, from: number, to: number): Promise<string> {
  if (to <= from) return '';
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(to - from), 0, to - from, from);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}
