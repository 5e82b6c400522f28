import {
  AckPolicy,
  type Consumer,
  DiscardPolicy,
  jetstream,
  type JetStreamClient,
  jetstreamManager,
  type JsMsg,
} from '@nats-io/jetstream';
import { type KV, Kvm, type RoKV } from '@nats-io/kv';

import type { NatsLink } from './nats-link.js';

export type { Consumer, JetStreamClient, JsMsg } from '@nats-io/jetstream';
export type { KV } from '@nats-io/kv';

/**
 * One for each process that watches a bucket, and those that lost connections have left behind for minutes: enough for
 * hundreds of processes, and a bound for whoever makes them without need.
 */
const MAXIMUM_CONSUMERS = 1_000;

/** A quarter of what NATS may store (2 GB): room for three million revocations. */
const MAXIMUM_BYTES = 512 * 1024 * 1024;

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
/** As the account of the processes imports JetStream: under another name, and with deliveries to a subject of their own. */
const importedKvOf = ({ connection, name }: NatsLink) =>
  new Kvm(jetstream(connection, { ...patience(), apiPrefix: 'streams', watcherPrefix: `_WATCH.${name}` }));
const managerOf = ({ connection }: NatsLink) => jetstreamManager(connection, patience());

/** Opens a bucket for reading. Rejects while the auth service has not created it, or NATS is away. */
export async function openBucket(link: NatsLink, bucket: string): Promise<RoKV> {
  await link.whenConnected();
  return importedKvOf(link).open(bucket);
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
  // JetStream counts in nanoseconds.
  const maximumAge = ttl * 1_000_000;
  if (!existing) await manager.streams.add({ ...bucketConfig(bucket), max_age: maximumAge, description });
  else if (existing.config.max_age !== maximumAge) await manager.streams.update(stream, { max_age: maximumAge });
  return kvOf(link).open(bucket);
}

/** A stream that is a bucket as the client makes it, which leaves no room for a bound on consumers. */
const bucketConfig = (bucket: string) => ({
  name: `KV_${bucket}`,
  subjects: [`$KV.${bucket}.>`],
  max_msgs_per_subject: 1,
  max_consumers: MAXIMUM_CONSUMERS,
  max_bytes: MAXIMUM_BYTES,
  discard: DiscardPolicy.New,
  allow_rollup_hdrs: true,
});

/** Gives a bucket another description. */
export async function describeBucket(link: NatsLink, bucket: string, description: string): Promise<void> {
  await (await managerOf(link)).streams.update(`KV_${bucket}`, { description });
}

export interface BucketEntry {
  readonly key: string;
  readonly value: string;
  readonly revision: number;
}

/** Everything that a bucket holds, in pages. The next is fetched when the reader has dealt with the one before. */
export async function* pagesOf(link: NatsLink, bucket: string, size: number): AsyncGenerator<readonly BucketEntry[]> {
  const stream = `KV_${bucket}`;
  const prefix = `$KV.${bucket}.`;
  const manager = await managerOf(link);
  const idle = { inactive_threshold: 30 * 1_000_000_000, mem_storage: true };
  const { name } = await manager.consumers.add(stream, { ack_policy: AckPolicy.None, ...idle });
  try {
    const consumer = await jetstream(link.connection, patience()).consumers.get(stream, name);
    for (;;) {
      const { num_pending: left } = await manager.consumers.info(stream, name);
      if (left === 0) return;
      const page: JsMsg[] = [];
      for await (const message of await consumer.fetch({ max_messages: Math.min(size, left), expires: TIMEOUT })) {
        page.push(message);
      }
      if (page.length === 0) throw new Error(`The bucket ${bucket} holds entries that do not come`);
      yield page
        .filter(({ headers }) => !headers?.has('KV-Operation'))
        .map((entry) => ({ key: entry.subject.slice(prefix.length), value: entry.string(), revision: entry.seq }));
    }
  } finally {
    await manager.consumers.delete(stream, name).catch(() => false);
  }
}

/** The stream of what happens, for whoever wants to know: `events.<service>.<type>`. */
export const EVENTS = {
  name: 'events',
  subjects: ['events.>'],
  /** Seconds; the audit trail in the database stays. */
  lifetime: 7 * 86_400,
  /** A quarter of what NATS may store (2 GB): a flood of events must not leave revocations without room. */
  maximumBytes: 512 * 1024 * 1024,
} as const;

/** Makes sure that a stream is there, and returns what publishes to it. */
export async function createStream(
  link: NatsLink,
  { name, subjects, lifetime, maximumBytes }: typeof EVENTS,
): Promise<JetStreamClient> {
  await link.whenConnected();
  const manager = await managerOf(link);
  const limits = {
    max_age: lifetime * 1_000_000_000,
    max_bytes: maximumBytes,
    max_consumers: MAXIMUM_CONSUMERS,
  };
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
