import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { DATABASE_SERVICES, SERVICE_NAMES, type ServiceName } from '@citadel/contracts';
import { migrate } from '@citadel/database';

import type { StackSettings } from './bring-up.js';
import { launchService } from './processes/launch.js';
import { runToEnd } from './processes/run-to-end.js';
import type { ProcessGroup } from './processes/process-group.js';
import type { Secrets } from './secrets/prepare-secrets.js';
import { retirePredecessor } from './secrets/rotate-secrets.js';
import { KEYS } from './secrets/secret-table.js';
import { serviceEnvironment, type Addresses } from './service-environment.js';
import { allSettledWell } from './settled.js';
import { REPOSITORY } from './stack-home.js';

export async function migrateAll(
  { migratorDatabases, databaseCa }: Addresses,
  say: (line: string) => void,
): Promise<void> {
  const ca = readFileSync(databaseCa, 'utf8');
  const steps = DATABASE_SERVICES.map(async (service) => {
    await migrate({ service, url: migratorDatabases[service], ca, log: say });
  });
  await allSettledWell(steps);
  say('The databases are migrated');
}

export interface ServicesStart {
  readonly addresses: Addresses;
  readonly secrets: Secrets;
  readonly settings: StackSettings;
  readonly say: (line: string) => void;
}

export async function startServices(group: ProcessGroup, start: ServicesStart): Promise<void> {
  await sealAgain(group, start);
  // Auth makes the buckets that all the others read; seeding needs nothing but its database.
  await allSettledWell([startService('auth', group, start), makeDemoUsers(group, start)]);
  const others = SERVICE_NAMES.filter((service) => service !== 'auth');
  await allSettledWell(others.map(async (service) => startService(service, group, start)));
}

/** After a rotation: signing keys that are sealed with the key before are sealed with the new one. */
async function sealAgain(group: ProcessGroup, start: ServicesStart): Promise<void> {
  if (!start.secrets.keys.keyEncryptionKey.previous) return;
  const program = built('apps/auth/dist/rewrap.js');
  await runToEnd('Resealing the signing keys', program, environmentOf('auth', start), group.logOf('rewrap'));
  retirePredecessor(start.secrets.folder, KEYS.keyEncryptionKey);
  start.say('The signing keys are sealed with the new key');
}

async function startService(service: ServiceName, group: ProcessGroup, start: ServicesStart): Promise<void> {
  const entry = built(`apps/${service}/dist/main.js`);
  const env = { ...environmentOf(service, start), ...start.settings.serviceSettings[service] };
  const flags = start.settings.nodeFlags(service);
  await group.add(service, (log) => async () => launchService(entry, env, log.open(), flags));
  start.say(`${service} is ready`);
}

async function makeDemoUsers(group: ProcessGroup, start: ServicesStart): Promise<void> {
  const env = { ...environmentOf('auth', start), SEED_USERS_FILE: start.secrets.usersFile };
  await runToEnd('Making the demo users', built('apps/auth/dist/seed.js'), env, group.logOf('seed'));
}

function environmentOf(service: ServiceName, { settings, addresses, secrets }: ServicesStart): NodeJS.ProcessEnv {
  return serviceEnvironment(service, settings.environment, addresses, secrets);
}

function built(file: string): string {
  const entry = path.join(REPOSITORY, file);
  if (!existsSync(entry)) throw new Error(`${file} is missing: npm run build makes it`);
  return entry;
}
