export { renderNatsAccounts, renderNatsConfig, type NatsConfigOptions } from '../nats/nats-config.js';
export { databaseUrl, migratorUrl } from '../postgres/database-url.js';
export { serviceDatabases } from '../postgres/databases.js';
export { scramVerifier } from '../postgres/scram-verifier.js';
export { DATABASE_SERVICES, databaseNameOf, NATS_USERS, SERVICES, TLS_SERVERS } from '../service-names.js';
export type { DatabaseServiceName, ServiceName, TlsServerName } from '../service-names.js';
export { prepareSecrets, type Secrets, type SecretsOptions } from './prepare-secrets.js';
export { KEYS, keysFor } from './secret-table.js';
export { writePrivateFile } from './private-files.js';
