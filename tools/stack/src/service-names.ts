/** The processes of ours, in the order in which they start. */
export const SERVICES = ['auth', 'treasury', 'archives', 'gateway'] as const;

/** Those that own a database: one database and one login at run time each, both named {@link databaseNameOf}. */
export const DATABASE_SERVICES = ['auth', 'treasury', 'archives'] as const;

/** Those that listen under a certificate of the local authority. */
export const TLS_SERVERS = ['gateway', 'nats', 'postgres'] as const;

/** Users of NATS: each process, and auth once more in the account of the streams, where it publishes. */
export const NATS_USERS = [...SERVICES, 'publisher'] as const;

export type NatsUser = (typeof NATS_USERS)[number];
export type ServiceName = (typeof SERVICES)[number];
export type DatabaseServiceName = (typeof DATABASE_SERVICES)[number];
export type TlsServerName = (typeof TLS_SERVERS)[number];

/** The servers that are not ours. */
export const SERVERS = ['nats', 'postgres'] as const;

export type ServerName = (typeof SERVERS)[number];
export type ProcessName = ServiceName | ServerName;

export function databaseNameOf(service: DatabaseServiceName): string {
  return `citadel_${service}`;
}

/** An object with one entry for each name; the keys of a literal union survive, which Object.fromEntries forgets. */
export function forEachOf<Name extends string, Value>(names: readonly Name[], make: (name: Name) => Value) {
  // Every name of the union is in the list, so the record is whole.
  return Object.fromEntries(names.map((name) => [name, make(name)])) as Record<Name, Value>;
}
