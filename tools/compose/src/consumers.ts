import { readFileSync } from 'node:fs';
import path from 'node:path';

import {
  DATABASE_SERVICES,
  type DatabaseServiceName,
  ownsDatabase,
  SERVICE_NAMES,
  type ServiceName,
} from '@citadel/contracts';
import { psqlScriptOf } from '@citadel/database';
import {
  databaseUrl,
  forEachOf,
  migratorUrl,
  NATS_USERS,
  KEYS,
  keysFor,
  renderNatsConfig,
  type Secrets,
  serviceDatabases,
} from '@citadel/stack/secrets';

/** Where each container finds its volume. */
const MOUNT = '/run/citadel';

/**
 * What stands in the volume of each consumer, named as docker-compose.yml names them: a container sees what it needs
 * and not one secret of another. The authority's key is in none of them.
 */
export function filesOfConsumers(secrets: Secrets): Record<string, Record<string, string>> {
  const ca = readFileSync(secrets.ca, 'utf8');
  const services = forEachOf(SERVICE_NAMES, (service) => ({
    'ca.pem': ca,
    'nkey.seed': secrets.nkeys[service].seed.text,
    ...keysOf(service, secrets),
    ...(ownsDatabase(service) ? { 'database-url': urlOf(secrets, service) } : {}),
  }));
  const migratorUrls = DATABASE_SERVICES.map((one) => [`${one}-database-url`, migratorUrlOf(secrets, one)] as const);
  return {
    ...services,
    gateway: { ...services.gateway, ...certificateOf(secrets, 'gateway') },
    auth: { ...services.auth, 'publisher-nkey.seed': secrets.nkeys.publisher.seed.text },
    // Pairs of name and content.
    migrate: { 'ca.pem': ca, ...(Object.fromEntries(migratorUrls) as Record<string, string>) },
    databases: { 'databases.sql': psqlScriptOf(serviceDatabases(secrets)) },
    users: { 'users.json': readFileSync(secrets.usersFile, 'utf8') },
    nats: { ...certificateOf(secrets, 'nats'), 'nats.conf': natsConfigOf(secrets) },
    postgres: {
      ...certificateOf(secrets, 'postgres'),
      'administrator-password': secrets.databaseAdminPassword.text,
    },
  };
}

/** The database's URL inside the containers' networks. */
export function urlOf(secrets: Secrets, service: DatabaseServiceName): string {
  return databaseUrl(service, secrets, 'postgres:5432');
}

/** The same, for those who change its tables. */
export function migratorUrlOf(secrets: Secrets, service: DatabaseServiceName): string {
  return migratorUrl(service, secrets, 'postgres:5432');
}

const hasFileOfItsOwn = (predecessor: string) => predecessor === 'apart' || predecessor === 'until replaced';

/** A predecessor that there is not is an empty file: what docker-compose.yml names must be there. */
function keysOf(service: ServiceName, { keys }: Secrets): Record<string, string> {
  const files = keysFor(service).flatMap((name) => {
    const file = path.basename(KEYS[name].file);
    const { text, previous } = keys[name];
    return [
      [file, text],
      ...(hasFileOfItsOwn(KEYS[name].predecessor) ? [[`${file}.previous`, previous?.text ?? '']] : []),
    ];
  });
  // Pairs of name and content, as they are made above.
  return Object.fromEntries(files) as Record<string, string>;
}

function certificateOf({ certificates }: Secrets, server: keyof Secrets['certificates']): Record<string, string> {
  const { certificate, key } = certificates[server];
  return { 'tls.crt': readFileSync(certificate, 'utf8'), 'tls.key': readFileSync(key, 'utf8') };
}

function natsConfigOf({ nkeys }: Secrets): string {
  return renderNatsConfig({
    host: '0.0.0.0',
    port: 4222,
    certificate: `${MOUNT}/tls.crt`,
    key: `${MOUNT}/tls.key`,
    storeFolder: '/data',
    monitoring: '127.0.0.1:8222',
    // Of the image in deploy/Dockerfile.
    version: '2.12',
    publicKeys: forEachOf(NATS_USERS, (user) => nkeys[user].publicKey),
  });
}
