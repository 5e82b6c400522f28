import { readFileSync } from 'node:fs';
import path from 'node:path';

import { type DatabaseServiceName, ownsDatabase, type ServiceName } from '@citadel/contracts';

import type { Secrets } from './secrets/prepare-secrets.js';
import { KEYS, keysFor } from './secrets/secret-table.js';
import type { NatsUser } from './service-names.js';
import { REPOSITORY } from './stack-home.js';

export interface Addresses {
  readonly issuer: string;
  readonly gatewayHost: string;
  readonly gatewayPort: number;
  readonly natsUrl: string;
  readonly natsCa: string;
  readonly nkeySeeds: Readonly<Record<NatsUser, string>>;
  readonly databases: Readonly<Record<DatabaseServiceName, string>>;
  /** The same databases for those who change the tables: it is in no service's environment. */
  readonly migratorDatabases: Readonly<Record<DatabaseServiceName, string>>;
  readonly databaseCa: string;
  /** Files that hold `databases`, for their owner alone: an environment can be read by others. */
  readonly databaseFiles: Readonly<Record<DatabaseServiceName, string>>;
}

/** What any process needs of the machine that it runs on. */
const OF_THE_MACHINE = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'TMP', 'SYSTEMROOT', 'LANG', 'LC_ALL', 'TZ', 'NODE_ENV'];

/**
 * The environment of a service: what the stack decides, the settings of this very service that the user gave, and a few
 * names of the machine. Nothing else is handed on, so what else the user's environment holds (passwords of other
 * services, NODE_OPTIONS) needs no list to be kept from it.
 */
export function serviceEnvironment(
  service: ServiceName,
  inherited: NodeJS.ProcessEnv,
  addresses: Addresses,
  secrets: Secrets,
): NodeJS.ProcessEnv {
  const decided = { ...common(service, addresses), ...keysOf(service, secrets), ...own(service, addresses, secrets) };
  const isDecided = (name: string) => name in decided || `${name}_FILE` in decided;
  const settings = settingsOf(service).filter((name) => !isDecided(name));
  const handedOn = [...OF_THE_MACHINE, ...settings.flatMap((name) => [name, `${name}_FILE`])];
  const given = handedOn.flatMap((name) => (inherited[name] === undefined ? [] : [[name, inherited[name]]]));
  // Pairs of a name and its value.
  return { ...(Object.fromEntries(given) as Record<string, string>), ...decided };
}

/** The variables that a service reads, as `.env.example` lists them below the names of the processes. */
export function settingsOf(service: ServiceName): string[] {
  const sections = readFileSync(path.join(REPOSITORY, '.env.example'), 'utf8')
    .split(/^# --- /m)
    .slice(1);
  const own = sections.filter((section) => {
    const readers = /^(.+?) -{3}/.exec(section)?.[1]?.split(', ') ?? [];
    const isRead = readers.includes(service) || readers.includes('every process');
    return isRead || (ownsDatabase(service) && readers.includes('every service with a database'));
  });
  return own.flatMap((section) =>
    [...section.matchAll(/^([A-Z][A-Z0-9_]*?)(?:_FILE)?=/gm)].map(([, name = '']) => name),
  );
}

function common(service: ServiceName, addresses: Addresses): Record<string, string> {
  return {
    NATS_URL: addresses.natsUrl,
    NATS_CA_FILE: addresses.natsCa,
    NATS_NKEY_SEED_FILE: addresses.nkeySeeds[service],
    CITADEL_ISSUER: addresses.issuer,
  };
}

function own(service: ServiceName, addresses: Addresses, secrets: Secrets): Record<string, string> {
  if (service === 'gateway') {
    return {
      GATEWAY_HOST: addresses.gatewayHost,
      GATEWAY_PORT: String(addresses.gatewayPort),
      GATEWAY_TLS_CERT_FILE: secrets.certificates.gateway.certificate,
      GATEWAY_TLS_KEY_FILE: secrets.certificates.gateway.key,
    };
  }
  if (!ownsDatabase(service)) return {};
  const database = { DATABASE_URL_FILE: addresses.databaseFiles[service], DATABASE_CA_FILE: addresses.databaseCa };
  if (service !== 'auth') return database;
  return { ...database, AUTH_PUBLISHER_NKEY_SEED_FILE: addresses.nkeySeeds.publisher };
}

function keysOf(service: ServiceName, secrets: Secrets): Record<string, string> {
  const files = keysFor(service).flatMap((name) => {
    const { variable } = KEYS[name];
    const { path: file, previous } = secrets.keys[name];
    return [[`${variable}_FILE`, file], ...(previous ? [[`${variable}_PREVIOUS_FILE`, previous.path]] : [])];
  });
  // Pairs of name and path, as they are made above.
  return Object.fromEntries(files) as Record<string, string>;
}
