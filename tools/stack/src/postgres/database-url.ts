import type { DatabaseServiceName } from '@citadel/contracts';
import { migratorOf } from '@citadel/database';

import type { Secrets } from '../secrets/prepare-secrets.js';
import { databaseNameOf } from '../service-names.js';

/** Where a service finds its own database, with the login that it has at run time. @param address - `host:port` */
export function databaseUrl(service: DatabaseServiceName, secrets: Secrets, address: string): string {
  const name = databaseNameOf(service);
  return urlOf(name, secrets.databasePasswords[service].text, address, name);
}

/** The same database, with the login that may change its tables. @param address - `host:port` */
export function migratorUrl(service: DatabaseServiceName, secrets: Secrets, address: string): string {
  const name = databaseNameOf(service);
  return urlOf(migratorOf(name), secrets.migratorPasswords[service].text, address, name);
}

function urlOf(login: string, password: string, address: string, database: string): string {
  return `postgresql://${login}:${encodeURIComponent(password)}@${address}/${database}`;
}
