import type { Secrets } from './secrets/prepare-secrets.js';
import { KEYS, keysFor } from './secrets/secret-table.js';
import type { DatabaseServiceName, NatsUser, ServiceName } from './service-names.js';

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
}

/** Whoever may write these could make a process do anything; and a debugger's port can be had only once. */
const NOT_FOR_SERVICES = ['NODE_OPTIONS'];

/** The environment of a service: ours, the settings that the user gave, and on top what the stack decides. */
export function serviceEnvironment(
  service: ServiceName,
  inherited: NodeJS.ProcessEnv,
  addresses: Addresses,
  secrets: Secrets,
): NodeJS.ProcessEnv {
  const decided = { ...common(service, addresses), ...keysOf(service, secrets), ...own(service, addresses, secrets) };
  const env = { ...inherited };
  // A value from outside, under either spelling, must not contradict the one decided here.
  for (const name of Object.keys(decided)) {
    const plain = name.replace(/_FILE$/, '');
    delete env[plain];
    delete env[`${plain}_FILE`];
  }
  for (const name of Object.keys(env)) if (isSecretOfAnother(name)) delete env[name];
  return { ...env, ...decided };
}

function isSecretOfAnother(name: string): boolean {
  return (
    NOT_FOR_SERVICES.includes(name) || /^(DATABASE_URL_|DATABASE_MIGRATOR_URL_|NATS_NKEY_SEED_FILE_|npm_)/.test(name)
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
  const database = { DATABASE_URL: addresses.databases[service], DATABASE_CA_FILE: addresses.databaseCa };
  if (service !== 'auth') return database;
  return { ...database, AUTH_PUBLISHER_NKEY_SEED_FILE: addresses.nkeySeeds.publisher };
}

function keysOf(service: ServiceName, secrets: Secrets): Record<string, string> {
  const files = keysFor(service).flatMap((name) => {
    const { variable } = KEYS[name];
    const { path, previous } = secrets.keys[name];
    return [[`${variable}_FILE`, path], ...(previous ? [[`${variable}_PREVIOUS_FILE`, previous.path]] : [])];
  });
  // Pairs of name and path, as they are made above.
  return Object.fromEntries(files) as Record<string, string>;
}
