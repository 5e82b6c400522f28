import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { DATABASE_SERVICES } from '@citadel/contracts';
import { type Stack, startStack } from '@citadel/stack';

declare global {
  // Jest runs the set-up and the tear-down in one process and gives them nothing else to share.
  var citadelStoriesStack: Stack | undefined;
}

/** On a busy machine an answer may take longer than a client of production should have to wait. */
const PATIENT = {
  gateway: { CALL_TIMEOUT_MS: '20000' },
  ...Object.fromEntries(DATABASE_SERVICES.map((name) => [name, { DATABASE_TIMEOUT_MS: '10000' }])),
};

/** Starts one whole stack for all stories, beside whatever runs already; with CITADEL_STACK given, that one is used. */
export default async function globalSetup(): Promise<void> {
  if (process.env.CITADEL_STACK) return;
  forgetFormerRuns();
  const lines: string[] = [];
  const stack = await startStack({
    home: mkdtempSync(path.join(tmpdir(), `citadel-stories-${String(process.pid)}-`)),
    gatewayPort: 0,
    serviceSettings: PATIENT,
    environment: withoutServers(process.env),
    say: (line) => lines.push(line),
  }).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`The stack for the stories does not start: ${reason}\nIt came to:\n${lines.join('\n')}`);
  });
  globalThis.citadelStoriesStack = stack;
  process.env.CITADEL_STACK = stack.file;
}

/** Stories break what they use, so they never use a server that somebody configured for work. */
function withoutServers(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const given = /^(DATABASE_(URL|CA)|NATS_(URL|CA|NKEY))|^GATEWAY_/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !given.test(name)));
}

/** The logs of the last run stay for whoever wants to know why it failed; they go when the next one begins. */
function forgetFormerRuns(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = /^citadel-stories-(\d+)-/.exec(name)?.[1];
    const folder = path.join(tmpdir(), name);
    if (pid === undefined || isAlive(Number(pid)) || statSync(folder).uid !== process.getuid?.()) continue;
    rmSync(folder, { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
