import { DiscardPolicy, jetstream } from '@nats-io/jetstream';
import { type KV, Kvm, type RoKV } from '@nats-io/kv';

import type { NatsLink } from './nats-link.js';
import { managerOf, MAXIMUM_CONSUMERS, messagesOf, patience } from './streams.js';

export type { KV } from '@nats-io/kv';

/** A quarter of what NATS may store (2 GB): room for three million revocations. */
const MAXIMUM_BYTES = 512 * 1024 * 1024;

/** The KV buckets that the auth service writes and everybody watches. */
export const BUCKETS = { keys: 'jwks', revocations: 'revocations' } as const;

const kvOf = ({ connection }: NatsLink) => new Kvm(jetstream(connection, patience()));
/** As the account of the processes imports JetStream: under another name, and with deliveries to a subject of their own. */
const importedKvOf = ({ connection, name }: NatsLink) =>
  new Kvm(jetstream(connection, { ...patience(), apiPrefix: 'streams', watcherPrefix: `_WATCH.${name}` }));

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
  const prefix = `$KV.${bucket}.`;
  for await (const page of messagesOf(link, `KV_${bucket}`, {}, size)) {
    yield page
      .filter(({ headers }) => !headers?.has('KV-Operation'))
      .map((entry) => ({ key: entry.subject.slice(prefix.length), value: entry.string(), revision: entry.seq }));
  }
}
