import { spawn } from 'node:child_process';
import { once } from 'node:events';

import type { LogFile } from './processes/log-file.js';

/** Runs the auth service's seed to its end. @throws Error with what it said last */
export async function seed(entry: string, env: NodeJS.ProcessEnv, log: LogFile): Promise<void> {
  const output = log.open();
  try {
    const child = spawn(process.execPath, [entry], { env, stdio: ['ignore', output, output] });
    const [code] = (await once(child, 'exit')) as [number | null];
    if (code === 0) return;
    const lines = log.lastLines(15).map((line) => `    ${line.slice(0, 400)}`);
    throw new Error(['Making the demo users failed:', ...lines, `(all of it: ${log.file})`].join('\n'));
  } finally {
    log.close();
  }
}
