import { type DatabaseServiceName, SERVICE_NAMES, type ServiceName } from '@citadel/contracts';
import { PUBLISHER } from '@citadel/platform/nats-permissions';

/** Those that listen under a certificate of the local authority. */
export const TLS_SERVERS = ['gateway', 'nats', 'postgres'] as const;

/** Users of NATS: each process, and auth once more in the account of the streams, where it publishes. */
export const NATS_USERS = [...SERVICE_NAMES, PUBLISHER] as const;

export type NatsUser = (typeof NATS_USERS)[number];
export type TlsServerName = (typeof TLS_SERVERS)[number];

/** The servers that are not ours. */
export type ServerName = 'nats' | 'postgres';

export type ProcessName = ServiceName | ServerName;

/** One database and one login at run time for each service that has one, both of this name. */
export function databaseNameOf(service: DatabaseServiceName): string {
  return `citadel_${service.replaceAll('-', '_')}`;
}

/** An object with one entry for each name; the keys of a literal union survive, which Object.fromEntries forgets. */
export function forEachOf<Name extends string, Value>(names: readonly Name[], make: (name: Name) => Value) {
  // Every name of the union is in the list, so the record is whole.
  return Object.fromEntries(names.map((name) => [name, make(name)])) as Record<Name, Value>;
}
