import { readFileSync } from 'node:fs';

import pg from 'pg';

import type { Secrets } from '../secrets/prepare-secrets.js';
import { DATABASE_SERVICES, databaseNameOf, type DatabaseServiceName } from '../service-names.js';
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

/** One database and one login for each service; no login may so much as connect to another's database. */
export async function prepareDatabases(secrets: Secrets, port: number): Promise<void> {
  const admin = new pg.Client(adminConnection(secrets, port));
  await admin.connect();
  try {
    await admin.query('REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC');
    for (const service of DATABASE_SERVICES) await prepareDatabase(admin, service, secrets);
  } finally {
    await admin.end();
  }
}

async function prepareDatabase(admin: pg.Client, service: DatabaseServiceName, secrets: Secrets): Promise<void> {
  const name = admin.escapeIdentifier(databaseNameOf(service));
  const exists = async (sql: string) => (await admin.query(sql, [databaseNameOf(service)])).rowCount === 1;
  if (!(await exists('SELECT FROM pg_roles WHERE rolname = $1'))) {
    const verifier = admin.escapeLiteral(scramVerifier(secrets.databasePasswords[service].text));
    await admin.query(`CREATE ROLE ${name} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD ${verifier}`);
  }
  if (!(await exists('SELECT FROM pg_database WHERE datname = $1')))
    await admin.query(`CREATE DATABASE ${name} OWNER ${name}`);
  await admin.query(`REVOKE ALL ON DATABASE ${name} FROM PUBLIC`);
}
