import { spawn } from 'node:child_process';
import { once } from 'node:events';

import type { LogFile } from './log-file.js';

/** Runs one of our programs to its end. @throws Error with what it said last */
export async function runToEnd(purpose: string, entry: string, env: NodeJS.ProcessEnv, log: LogFile): Promise<void> {
  const output = log.open();
  try {
    const child = spawn(process.execPath, [entry], { env, stdio: ['ignore', output, output] });
    const [code] = (await once(child, 'exit')) as [number | null];
    if (code === 0) return;
    const lines = log.lastLines(15).map((line) => `    ${line.slice(0, 400)}`);
    throw new Error([`${purpose} failed:`, ...lines, `(all of it: ${log.file})`].join('\n'));
  } finally {
    log.close();
  }
}
