import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';

import { type Stack, startStack } from '@citadel/stack';

declare global {
  // Jest runs the set-up and the tear-down in one process and gives them nothing else to share.
  var citadelStoriesStack: Stack | undefined;
}

const TESTS = path.resolve(import.meta.dirname, '../../.citadel/tests');

/** Starts one whole stack for all stories, beside whatever runs already; with CITADEL_STACK given, that one is used. */
export default async function globalSetup(): Promise<void> {
  if (process.env.CITADEL_STACK) return;
  forgetFormerRuns();
  const lines: string[] = [];
  const home = path.join(TESTS, String(process.pid), 'shared');
  globalThis.citadelStoriesStack = await startStack({
    home,
    gatewayPort: 0,
    environment: withoutServers(process.env),
    say: (line) => lines.push(line),
  }).catch((error: unknown) => {
    throw new Error(`The stack for the stories does not start; it came to:\n${lines.join('\n')}`, { cause: error });
  });
  process.env.CITADEL_STACK = globalThis.citadelStoriesStack.file;
}

/** Stories break what they use, so they never use a server that somebody configured for work. */
function withoutServers(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const given = /^(DATABASE_(URL|CA)|NATS_(URL|CA|NKEY))|^GATEWAY_|^CITADEL_HOME$/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !given.test(name)));
}

/** The logs of the last run stay for whoever wants to know why it failed; they go when the next one begins. */
function forgetFormerRuns(): void {
  mkdirSync(TESTS, { recursive: true, mode: 0o711 });
  for (const name of readdirSync(TESTS)) {
    if (!isAlive(Number(name))) rmSync(path.join(TESTS, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
