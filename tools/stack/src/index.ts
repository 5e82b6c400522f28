export { renderNatsAccounts, renderNatsConfig, type NatsConfigOptions } from './nats/nats-config.js';
export { API_PREFIX, natsPermissions, type SubjectPermissions, WATCH_PREFIX } from './nats/nats-permissions.js';
export { scramVerifier } from './postgres/scram-verifier.js';
export { prepareSecrets, type Secrets, type SecretsOptions } from './secrets/prepare-secrets.js';
export { rotateSecrets } from './secrets/rotate-secrets.js';
export { DATABASE_SERVICES, databaseNameOf, NATS_USERS, SERVICES, TLS_SERVERS } from './service-names.js';
export type {
  DatabaseServiceName,
  NatsUser,
  ProcessName,
  ServerName,
  ServiceName,
  TlsServerName,
} from './service-names.js';
export type { StackDescription } from './stack-file.js';
export { Stack, startStack, type StackOptions } from './stack.js';
