import {
  AckPolicy,
  type Consumer,
  type ConsumerConfig,
  DeliverPolicy,
  jetstream,
  type JetStreamClient,
  jetstreamManager,
  type JsMsg,
} from '@nats-io/jetstream';

import type { NatsLink } from './nats-link.js';

export type { Consumer, JetStreamClient, JsMsg } from '@nats-io/jetstream';

/**
 * One for each process that watches a bucket, and those that lost connections have left behind for minutes: enough for
 * hundreds of processes, and a bound for a process that makes them without need.
 */
export const MAXIMUM_CONSUMERS = 1_000;

/**
 * Milliseconds until JetStream is given up: less than a database transaction may stay open, because some of them wait
 * until what they have written is published.
 */
const TIMEOUT = 2_000;
/** An object for each: the client writes the connection's inboxes into it. */
export const patience = () => ({ timeout: TIMEOUT });

export const managerOf = ({ connection }: NatsLink) => jetstreamManager(connection, patience());

/** As the account of the processes imports it: without the right to make, change or remove anything. */
const importedJetStream = ({ connection }: NatsLink) => jetstream(connection, { ...patience(), apiPrefix: 'streams' });

/** JetStream counts in nanoseconds. */
const NANOSECONDS = 1_000_000_000;

/** The messages that a stream has stored since a moment, by its clock, without what they say. */
export const headersSince = (filter: string, since: Date): Partial<ConsumerConfig> => ({
  filter_subject: filter,
  deliver_policy: DeliverPolicy.StartTime,
  opt_start_time: since.toISOString(),
  headers_only: true,
});

/**
 * What a stream holds, in pages. The next is fetched when the reader has dealt with the one before.
 *
 * @param which - the part of it that is wanted, see {@link headersSince}; everything if empty
 */
export async function* messagesOf(
  link: NatsLink,
  stream: string,
  which: Partial<ConsumerConfig>,
  size: number,
): AsyncGenerator<readonly JsMsg[]> {
  const manager = await managerOf(link);
  const idle = { inactive_threshold: 30 * NANOSECONDS, mem_storage: true };
  const { name } = await manager.consumers.add(stream, { ack_policy: AckPolicy.None, ...idle, ...which });
  try {
    const consumer = await jetstream(link.connection, patience()).consumers.get(stream, name);
    for (;;) {
      const { num_pending: left } = await manager.consumers.info(stream, name);
      if (left === 0) return;
      const page: JsMsg[] = [];
      for await (const message of await consumer.fetch({ max_messages: Math.min(size, left), expires: TIMEOUT })) {
        page.push(message);
      }
      if (page.length === 0) throw new Error(`The stream ${stream} holds messages that do not come`);
      yield page;
    }
  } finally {
    await manager.consumers.delete(stream, name).catch(() => false);
  }
}

/** The stream of what happens, for any consumer: `events.<service>.<type>`. */
export const EVENTS = {
  name: 'events',
  subjects: ['events.>'],
  /** Seconds; the audit trail in the database stays. */
  lifetime: 7 * 86_400,
  /** A quarter of what NATS may store (2 GB): a flood of events must not leave revocations without room. */
  maximumBytes: 512 * 1024 * 1024,
} as const;

/**
 * Makes sure that a stream is there, and returns what publishes to it. A stream that exists with another duplicate window
 * gets this one.
 *
 * @param duplicateWindow - seconds for which the stream knows the id of a message and drops another with the same
 */
export async function createStream(
  link: NatsLink,
  { name, subjects, lifetime, maximumBytes }: typeof EVENTS,
  duplicateWindow: number,
): Promise<JetStreamClient> {
  await link.whenConnected();
  const manager = await managerOf(link);
  const limits = {
    max_age: lifetime * NANOSECONDS,
    max_bytes: maximumBytes,
    max_consumers: MAXIMUM_CONSUMERS,
  };
  const window = { duplicate_window: duplicateWindow * NANOSECONDS };
  const existing = await manager.streams.info(name).catch(() => undefined);
  if (!existing) await manager.streams.add({ name, subjects: [...subjects], ...limits, ...window });
  else if (existing.config.duplicate_window !== window.duplicate_window) await manager.streams.update(name, window);
  return jetstream(link.connection, patience());
}

/** Seconds after which a message that nobody has acknowledged is delivered again. */
const ACKNOWLEDGED_WITHIN = 30;

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
    ack_wait: ACKNOWLEDGED_WITHIN * NANOSECONDS,
  });
  return jetstream(link.connection).consumers.get(stream, name);
}

/**
 * Stores an event in the stream, which drops it if it has taken one with this id within its duplicate window.
 *
 * @param subject - one of the process's own: NATS lets it publish to no other
 */
export async function publishEvent(link: NatsLink, subject: string, id: string, payload: unknown): Promise<void> {
  await importedJetStream(link).publish(subject, JSON.stringify(payload), { msgID: id });
}

/** A consumer of the process's own, which auth has made. Rejects while it has not, or NATS is away. */
export async function findConsumer(link: NatsLink, name: string): Promise<Consumer> {
  await link.whenConnected();
  return importedJetStream(link).consumers.get(EVENTS.name, name);
}
