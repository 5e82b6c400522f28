export { calls, clientFor, type ServiceClient } from './calls/client-for.js';
export {
  certificatePem,
  commonConfig,
  CommonConfig,
  ed25519PrivateKey,
  list,
  nkeySeed,
  privateKeyPem,
  secretKey,
  whole,
} from './config/fields.js';
export { ConfigError, readConfig } from './config/read-config.js';
export {
  connectionOf,
  type DatabaseConfig,
  databaseConfig,
  type DatabaseConnection,
  databasePool,
  isDatabaseUnavailable,
  olderThan,
  type Page,
  pageOf,
  refuse,
  statementNames,
} from './database/index.js';
export { consumers } from './events/consumers.js';
export { Consumes } from './events/consumes.decorator.js';
export { EventConsumer } from './events/event-consumer.js';
export { type Effect, Inbox } from './events/inbox.js';
export { deadLettersCommand } from './events/dead-letters-command.js';
export { outbox, outboxTable } from './events/outbox.js';
export { type OutboxMessage, OutboxRelay, type OutboxTable } from './events/outbox-relay.js';
export { FailureFilter } from './failure.filter.js';
export { Health, HEALTH_CHECKS, type HealthCheck, type Readiness } from './health/health.js';
export { idempotency, ResourceId } from './idempotency/idempotency.js';
export { IdempotencyKeys } from './idempotency/idempotency-keys.js';
export { type CallContext, currentCall, newCall, runInCall } from './logging/call-context.js';
export { JsonLogger } from './logging/logger.js';
export { type BucketEntry, BUCKETS, createBucket, describeBucket, type KV, pagesOf } from './nats/buckets.js';
export { Bus, type CallOptions } from './nats/bus.js';
export { NatsLink } from './nats/nats-link.js';
export { NatsTransport } from './nats/nats-transport.js';
export {
  type Consumer,
  createStream,
  EVENTS,
  headersSince,
  type JetStreamClient,
  type JsMsg,
  messagesOf,
  openConsumer,
  publishEvent,
} from './nats/streams.js';
export { networkOf, siteOf } from './network.js';
export { type Client, clientHeaders, clientOf, CurrentClient } from './operations/client.decorator.js';
export { ContractAudit } from './operations/contract-audit.js';
export { faultsOf } from './operations/faults.js';
export { HANDLED_OPERATION, Handles, Message } from './operations/handles.decorator.js';
export { authOptions, PlatformModule } from './platform.module.js';
export { repeating, RepeatingTask } from './repeating-task.js';
export { type RunningProcess, runProcess } from './run-process.js';
export { type ServiceDefinition, startService } from './start-service.js';
