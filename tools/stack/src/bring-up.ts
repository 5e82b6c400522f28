import path from 'node:path';

import { DATABASE_SERVICES, type ServiceName } from '@citadel/contracts';

import { outsideDatabases, outsideNats, requireAdmission } from './outside-servers.js';
import { choosePorts, type PortChoice, type Ports } from './ports.js';
import { databaseUrl, migratorUrl } from './postgres/database-url.js';
import type { ProcessGroup } from './processes/process-group.js';
import { prepareSecrets, type Secrets } from './secrets/prepare-secrets.js';
import { retirePredecessors } from './secrets/rotate-secrets.js';
import { writePrivateFile } from './secrets/private-files.js';
import { startNats, startPostgres } from './servers.js';
import type { Addresses } from './service-environment.js';
import { forEachOf, NATS_USERS, type NatsUser } from './service-names.js';
import { migrateAll, startServices } from './services.js';
import { allSettledWell } from './settled.js';
import type { StackDescription } from './stack-file.js';
import type { StackHome } from './stack-home.js';

export interface StackSettings {
  readonly environment: NodeJS.ProcessEnv;
  readonly serviceSettings: Partial<Record<ServiceName, NodeJS.ProcessEnv>>;
  readonly nodeFlags: (service: ServiceName) => readonly string[];
  readonly gatewayPort: number | undefined;
}

const PREFERRED_GATEWAY_PORT = 8443;

/** Secrets, ports, servers, migrations, services: in the order in which each needs the ones before it. */
export async function bringUp(
  home: StackHome,
  group: ProcessGroup,
  settings: StackSettings,
  say: (line: string) => void,
): Promise<Omit<StackDescription, 'processes'>> {
  const { environment } = settings;
  retirePredecessors(home.secrets);
  const secrets = await prepareSecrets(home.secrets);
  const ports = await choosePorts(home.portsFile, portChoice(settings));
  const nats = outsideNats(environment, home.folder, seedsOf(secrets));
  const databases = outsideDatabases(environment, home.folder);
  const known = {
    ...ownAddresses(secrets, ports, environment),
    ...(nats ? { natsUrl: nats.url, natsCa: nats.ca, nkeySeeds: nats.nkeySeeds } : {}),
    ...(databases
      ? { databases: databases.urls, migratorDatabases: databases.migratorUrls, databaseCa: databases.ca }
      : {}),
  };
  const addresses: Addresses = { ...known, databaseFiles: writeDatabaseFiles(home.secrets, known.databases) };
  await allSettledWell([
    nats ? requireAdmission(nats) : startNats(home, group, { secrets, port: ports.nats, environment, say }),
    databases ? Promise.resolve() : startPostgres(home, group, { secrets, port: ports.postgres, say }),
  ]);
  await migrateAll(addresses, say);
  await startServices(group, { addresses, secrets, settings, say });
  return {
    gateway: addresses.issuer,
    ca: secrets.ca,
    users: secrets.users,
    nats: { url: addresses.natsUrl, ca: addresses.natsCa, nkeySeeds: addresses.nkeySeeds },
    databases: addresses.databases,
    migratorDatabases: addresses.migratorDatabases,
  };
}

function portChoice({ environment, gatewayPort }: StackSettings): PortChoice {
  const given = environment.GATEWAY_PORT;
  if (given && gatewayPort === undefined) return { required: { gateway: Number(given) } };
  return gatewayPort === 0 ? {} : { preferred: { gateway: gatewayPort ?? PREFERRED_GATEWAY_PORT } };
}

function ownAddresses(
  secrets: Secrets,
  ports: Ports,
  environment: NodeJS.ProcessEnv,
): Omit<Addresses, 'databaseFiles'> {
  const postgres = `127.0.0.1:${String(ports.postgres)}`;
  return {
    issuer: `https://localhost:${String(ports.gateway)}`,
    gatewayHost: environment.GATEWAY_HOST ?? '127.0.0.1',
    gatewayPort: ports.gateway,
    natsUrl: `tls://127.0.0.1:${String(ports.nats)}`,
    natsCa: secrets.ca,
    nkeySeeds: seedsOf(secrets),
    databases: forEachOf(DATABASE_SERVICES, (service) => databaseUrl(service, secrets, postgres)),
    migratorDatabases: forEachOf(DATABASE_SERVICES, (service) => migratorUrl(service, secrets, postgres)),
    databaseCa: secrets.ca,
  };
}

function writeDatabaseFiles(folder: string, urls: Addresses['databases']): Addresses['databaseFiles'] {
  return forEachOf(DATABASE_SERVICES, (service) => {
    const file = path.join(folder, 'databases', `${service}.url`);
    writePrivateFile(file, `${urls[service]}\n`);
    return file;
  });
}

function seedsOf(secrets: Secrets): Record<NatsUser, string> {
  return forEachOf(NATS_USERS, (user) => secrets.nkeys[user].seed.path);
}
