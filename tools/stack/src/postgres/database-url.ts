import type { Secrets } from '../secrets/prepare-secrets.js';
import { databaseNameOf, type DatabaseServiceName } from '../service-names.js';

/** Where a service finds its own database. @param address - `host:port` */
export function databaseUrl(service: DatabaseServiceName, secrets: Secrets, address: string): string {
  const login = databaseNameOf(service);
  return `postgresql://${login}:${encodeURIComponent(secrets.databasePasswords[service].text)}@${address}/${login}`;
}
