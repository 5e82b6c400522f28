import path from 'node:path';
import { type Stack, startStack } from '@citadel/stack';

const WITHOUT_AUTH = path.join(import.meta.dirname, 'without-auth.js');
const ON_THE_ROAD = ['gateway', 'treasury'];

/**
 * The same stack once more, without verification: gateway and treasury alone, with a NATS and a PostgreSQL of its own, which
 * the peers use, too.
 */
export async function startOpenStack(home: string): Promise<Stack> {
  const stack = await startStack({
    home,
    gatewayPort: 0,
    // Servers that this process's environment may name are not for it: both stacks would answer the same subjects.
    environment: Object.fromEntries(
      ['PATH', 'HOME', 'XDG_CACHE_HOME', 'NATS_SERVER_BIN'].map((name) => [name, process.env[name]]),
    ),
    nodeFlags: (service) => (ON_THE_ROAD.includes(service) ? ['--import', WITHOUT_AUTH] : []),
  });
  await Promise.all([stack.stopService('auth'), stack.stopService('archives')]);
  return stack;
}
