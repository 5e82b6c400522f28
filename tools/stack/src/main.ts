import { call } from './commands/call.js';
import { dev } from './commands/dev.js';
import { logs } from './commands/logs.js';
import { password } from './commands/password.js';
import { rotate } from './commands/rotate-secrets.js';
import { reset } from './commands/reset.js';
import { start } from './commands/start.js';
import { status } from './commands/status.js';
import { stop } from './commands/stop.js';

const COMMANDS: Readonly<Record<string, (parameters: readonly string[]) => Promise<number>>> = {
  start,
  dev,
  status,
  stop,
  reset,
  logs,
  call,
  password,
  'rotate-secrets': rotate,
};

/** Runs a command of the stack and resolves to its exit status. */
export async function main([name = '', ...parameters]: readonly string[]): Promise<number> {
  const command = COMMANDS[name];
  if (!command) {
    console.error(
      `npm run stack -- ${Object.keys(COMMANDS).join(' | ')}   (${name === '' ? 'which one?' : `not: ${name}`})`,
    );
    return 64;
  }
  try {
    return await command(parameters);
  } catch (error) {
    // A stack trace helps nobody who wants to start a program; who wants it asks for it.
    const isShort = error instanceof Error && !process.env.DEBUG;
    console.error(isShort ? `\n${error.message}` : error);
    return 1;
  }
}
