import { readFileSync } from 'node:fs';

import { DATABASE_SERVICES } from '@citadel/contracts';
import { LOCKED_SERVER, prepareServiceDatabase, type ServiceDatabase } from '@citadel/database';
import pg from 'pg';

import type { Secrets } from '../secrets/prepare-secrets.js';
import { databaseNameOf } from '../service-names.js';
import { scramVerifier } from './scram-verifier.js';

export const ADMIN = 'citadel_admin';

export function adminConnection(secrets: Secrets, port: number): pg.ClientConfig {
  return {
    host: '127.0.0.1',
    port,
    user: ADMIN,
    password: secrets.databaseAdminPassword.text,
    database: 'postgres',
    ssl: { ca: readFileSync(secrets.ca, 'utf8') },
    connectionTimeoutMillis: 2_000,
    application_name: 'citadel-stack',
  };
}

/** What each service's database and its logins are to be, with the passwords as PostgreSQL keeps them. */
export function serviceDatabases(secrets: Secrets): ServiceDatabase[] {
  return DATABASE_SERVICES.map((service) => ({
    name: databaseNameOf(service),
    passwords: {
      service: scramVerifier(secrets.databasePasswords[service].text),
      migrator: scramVerifier(secrets.migratorPasswords[service].text),
    },
  }));
}

/** Makes what is missing and corrects the rest; no login may so much as connect to another's database. */
export async function prepareDatabases(secrets: Secrets, port: number): Promise<void> {
  const superuser = adminConnection(secrets, port);
  const admin = new pg.Client(superuser);
  await admin.connect();
  await admin.query(LOCKED_SERVER).finally(() => admin.end());
  for (const database of serviceDatabases(secrets)) await prepareServiceDatabase(superuser, database);
}
