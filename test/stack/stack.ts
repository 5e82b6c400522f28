import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { type NatsUser, type Stack, type StackDescription, type StackOptions, startStack } from '@citadel/stack';

/** What the stack that all stories share says of itself at this moment: a restarted process has a new id. */
export function stack(): StackDescription {
  const file = process.env.CITADEL_STACK;
  if (!file) throw new Error('No stack: run the stories with `npm test`, or set CITADEL_STACK to a stack.json');
  // Written by the stack; its shape is the type's.
  return JSON.parse(readFileSync(file, 'utf8')) as StackDescription;
}

/** The process id of a service or server. */
export function processOf(name: string, { processes } = stack()): number {
  const found = processes.find((process) => process.name === name);
  if (!found) throw new Error(`No process ${name} runs; there are ${processes.map((one) => one.name).join(', ')}`);
  return found.pid;
}

/**
 * A stack of a story's own, for faults that others must not notice. Its owner stops it:
 *
 * @example
 * beforeAll(async () => { own = await startOwnStack(); });
 * afterAll(() => own.discard());
 */
export async function startOwnStack(options: Pick<StackOptions, 'home' | 'serviceSettings'> = {}): Promise<Stack> {
  const { home = mkdtempSync(path.join(tmpdir(), `citadel-stories-${String(process.pid)}-`)), ...others } = options;
  return startStack({ home, gatewayPort: 0, environment: ownEnvironment(), ...others });
}

const MEANT_FOR_IT = ['PATH', 'HOME', 'XDG_CACHE_HOME', 'NATS_SERVER_BIN', 'LOG_LEVEL'];

/** Neither the stack under test nor Jest's own settings are meant for it. */
function ownEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => MEANT_FOR_IT.includes(name)));
}

export type { NatsUser, Stack, StackDescription };
