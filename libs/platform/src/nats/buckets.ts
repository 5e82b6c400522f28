import { AckPolicy, type Consumer, jetstream, type JetStreamClient, jetstreamManager } from '@nats-io/jetstream';
import { type KV, Kvm, type RoKV } from '@nats-io/kv';

import type { NatsLink } from './nats-link.js';

export type { Consumer, JetStreamClient, JsMsg } from '@nats-io/jetstream';
export type { KV } from '@nats-io/kv';

/** The KV buckets that the auth service writes and everybody watches. */
export const BUCKETS = { keys: 'jwks', revocations: 'revocations' } as const;

/**
 * Milliseconds until JetStream is given up: less than a database transaction may stay open, because some of them wait
 * until what they have written is published.
 */
const TIMEOUT = 2_000;
/** An object for each: the client writes the connection's inboxes into it. */
const patience = () => ({ timeout: TIMEOUT });

const kvOf = ({ connection }: NatsLink) => new Kvm(jetstream(connection, patience()));
const managerOf = ({ connection }: NatsLink) => jetstreamManager(connection, patience());

/** Opens a bucket for reading. Rejects while the auth service has not created it, or NATS is away. */
export async function openBucket(link: NatsLink, bucket: string): Promise<RoKV> {
  await link.whenConnected();
  return kvOf(link).open(bucket);
}

/**
 * Opens a bucket for writing, creating it if need be. A bucket that exists with another lifetime gets this one.
 *
 * @param lifetime - seconds after which an entry disappears; entries stay if left out
 * @param description - of a bucket that is made; one that exists keeps its own
 */
export async function createBucket(link: NatsLink, bucket: string, lifetime?: number, description = ''): Promise<KV> {
  await link.whenConnected();
  const manager = await managerOf(link);
  const stream = `KV_${bucket}`;
  const existing = await manager.streams.info(stream).catch(() => undefined);
  const ttl = lifetime === undefined ? 0 : lifetime * 1000;
  if (!existing) return kvOf(link).create(bucket, { history: 1, description, ...(ttl > 0 ? { ttl } : {}) });
  // JetStream counts in nanoseconds.
  const maximumAge = ttl * 1_000_000;
  if (existing.config.max_age !== maximumAge) await manager.streams.update(stream, { max_age: maximumAge });
  return kvOf(link).open(bucket);
}

/** Gives a bucket another description. */
export async function describeBucket(link: NatsLink, bucket: string, description: string): Promise<void> {
  await (await managerOf(link)).streams.update(`KV_${bucket}`, { description });
}

/** The stream of what happens, for whoever wants to know: `events.<service>.<type>`. */
export const EVENTS = {
  name: 'events',
  subjects: ['events.>'],
  /** Seconds; the audit trail in the database stays. */
  lifetime: 7 * 86_400,
  /** Half of what NATS may store: a flood of events must not leave revocations without room. */
  maximumBytes: 512 * 1024 * 1024,
} as const;

/** Makes sure that a stream is there, and returns what publishes to it. */
export async function createStream(
  link: NatsLink,
  { name, subjects, lifetime, maximumBytes }: typeof EVENTS,
): Promise<JetStreamClient> {
  await link.whenConnected();
  const manager = await managerOf(link);
  const limits = { max_age: lifetime * 1_000_000_000, max_bytes: maximumBytes };
  const existing = await manager.streams.info(name).catch(() => undefined);
  if (!existing) await manager.streams.add({ name, subjects: [...subjects], ...limits });
  return jetstream(link.connection, patience());
}

/**
 * A durable consumer of a stream: all replicas share it, and it remembers what has been acknowledged.
 *
 * @param filter - the subjects that it delivers
 */
export async function openConsumer(link: NatsLink, stream: string, name: string, filter: string): Promise<Consumer> {
  const manager = await managerOf(link);
  await manager.consumers.add(stream, {
    durable_name: name,
    filter_subject: filter,
    ack_policy: AckPolicy.Explicit,
    max_ack_pending: 500,
  });
  return jetstream(link.connection).consumers.get(stream, name);
}
