export { renderNatsConfig, type NatsConfigOptions } from './nats/nats-config.js';
export { scramVerifier } from './postgres/scram-verifier.js';
export { prepareSecrets, type Secrets, type SecretsOptions } from './secrets/prepare-secrets.js';
export { rotateSecrets } from './secrets/rotate-secrets.js';
export { databaseNameOf, NATS_USERS, TLS_SERVERS } from './service-names.js';
export type { NatsUser, ProcessName, ServerName, TlsServerName } from './service-names.js';
export type { StackDescription } from './stack-file.js';
export { Stack, startStack, type StackOptions } from './stack.js';
