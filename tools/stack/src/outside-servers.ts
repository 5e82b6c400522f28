import { readFileSync } from 'node:fs';
import path from 'node:path';
import { rootCertificates } from 'node:tls';

import { BUS_LINKS, CONTRACT_NAMES, DATABASE_SERVICES, type DatabaseServiceName } from '@citadel/contracts';
import { variablePartOf } from '@citadel/database';
import { renderNatsAccounts } from '@citadel/platform/nats-permissions';
import { connect, nkeyAuthenticator } from '@nats-io/transport-node';

import { writePrivateFile } from './secrets/private-files.js';
import { publicKeyOf } from './secrets/prepare-secrets.js';
import { forEachOf, NATS_USERS, type NatsUser } from './service-names.js';

export interface OutsideNats {
  readonly url: string;
  readonly ca: string;
  readonly nkeySeeds: Readonly<Record<NatsUser, string>>;
}

export interface OutsideDatabases {
  readonly urls: Readonly<Record<DatabaseServiceName, string>>;
  readonly migratorUrls: Readonly<Record<DatabaseServiceName, string>>;
  readonly ca: string;
}

/** The NATS server that the environment names, if it names one. */
export function outsideNats(env: NodeJS.ProcessEnv, folder: string, ownSeeds: Readonly<Record<NatsUser, string>>) {
  const url = env.NATS_URL;
  if (!url) return undefined;
  const nkeySeeds = forEachOf(
    NATS_USERS,
    (user) => env[`NATS_NKEY_SEED_FILE_${variablePartOf(user)}`] ?? ownSeeds[user],
  );
  return { url, ca: caFile(env, 'NATS_CA', folder), nkeySeeds } satisfies OutsideNats;
}

/** The databases that the environment names: all of them or none. Without a migrator's URL the service's login migrates. */
export function outsideDatabases(env: NodeJS.ProcessEnv, folder: string): OutsideDatabases | undefined {
  const given = forEachOf(DATABASE_SERVICES, (service) => env[nameOf(service)] ?? '');
  const missing = DATABASE_SERVICES.filter((service) => given[service] === '').map(nameOf);
  if (missing.length === DATABASE_SERVICES.length) return undefined;
  if (missing.length > 0) {
    throw new Error(`Databases of one's own are given for all services or for none: set ${missing.join(' and ')}, too`);
  }
  const migratorUrls = forEachOf(
    DATABASE_SERVICES,
    (service) => env[`DATABASE_MIGRATOR_URL_${variablePartOf(service)}`] || given[service],
  );
  return { urls: given, migratorUrls, ca: caFile(env, 'DATABASE_CA', folder) };
}

/** Asks the server, as every user, whether it lets it in. @throws Error with the configuration that it lacks */
export async function requireAdmission(nats: OutsideNats): Promise<void> {
  const refused: NatsUser[] = [];
  for (const user of NATS_USERS) if (!(await isAdmitted(nats, user))) refused.push(user);
  if (refused.length === 0) return;
  const publicKeys = forEachOf(NATS_USERS, (user) => publicKeyOf(readFileSync(nats.nkeySeeds[user], 'utf8').trim()));
  throw new Error(
    `The NATS server at ${nats.url} refuses ${refused.join(', ')}. Either put this into its configuration and reload it:\n\n` +
      `${renderNatsAccounts(CONTRACT_NAMES, BUS_LINKS, publicKeys)}\nor give the NKey seeds that it knows in files named by ` +
      `${refused.map((user) => `NATS_NKEY_SEED_FILE_${variablePartOf(user)}`).join(', ')}.`,
  );
}

async function isAdmitted({ url, ca, nkeySeeds }: OutsideNats, user: NatsUser): Promise<boolean> {
  const seed = readFileSync(nkeySeeds[user], 'utf8').trim();
  try {
    const connection = await connect({
      servers: url.split(','),
      tls: { ca: readFileSync(ca, 'utf8') },
      authenticator: nkeyAuthenticator(new TextEncoder().encode(seed)),
      name: 'citadel-stack',
      timeout: 5_000,
      reconnect: false,
    });
    await connection.close();
    return true;
  } catch (error) {
    if (error instanceof Error && /authorization violation/i.test(error.message)) return false;
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `The NATS server at ${url} (NATS_URL) cannot be reached over TLS: ${reason}. Is NATS_CA_FILE the authority of its certificate?`,
      {
        cause: error,
      },
    );
  }
}

function nameOf(service: DatabaseServiceName): string {
  return `DATABASE_URL_${variablePartOf(service)}`;
}

/** The file with the authority to trust; without one given, the authorities that Node.js trusts, never anybody. */
function caFile(env: NodeJS.ProcessEnv, name: 'NATS_CA' | 'DATABASE_CA', folder: string): string {
  const given = env[`${name}_FILE`];
  if (given) return path.resolve(given);
  const file = path.join(folder, `${name.toLowerCase().replace('_', '-')}.pem`);
  writePrivateFile(file, env[name] ?? `${rootCertificates.join('\n')}\n`);
  return file;
}
