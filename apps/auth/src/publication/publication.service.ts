import type { KeyObject } from 'node:crypto';
import type { Revocation } from '@citadel/auth';
import {
  BUCKET_BEING_FILLED,
  completeBucket,
  KEY_SET_ENTRY,
  openKeySet,
  RevocationEntries,
  revocationKey,
  signKeySet,
} from '@citadel/auth/nats';
import {
  type BucketEntry,
  BUCKETS,
  type Consumer,
  createBucket,
  createStream,
  describeBucket,
  EVENTS,
  type JetStreamClient,
  type JsMsg,
  type KV,
  headersSince,
  messagesOf,
  type NatsLink,
  openConsumer,
  type OutboxMessage,
  pagesOf,
} from '@citadel/platform';
import { CONSUMERS, type PublicJwk } from '@citadel/contracts';

import type { AuthConfig } from '../auth.config.js';
import { ReopeningHandle } from './reopening-handle.js';

/** A message of a stream, to be acknowledged when it has been dealt with. */
export type StoredMessage = JsMsg;

export interface RevocationBucket {
  /** The moment at which it was made: another bucket of the same name has another. */
  readonly id: string;
  readonly entries: number;
  /** Whether every revocation was in it once. */
  readonly isComplete: boolean;
}

/** What the bucket of revocations holds under a key. */
export interface PublishedEntry extends BucketEntry {
  /** What it says; `undefined` if this service has not written it. */
  readonly revocation: Revocation | undefined;
}

/**
 * What this service alone writes and every service watches: the public keys, the revocations and what happened.
 *
 * @param retention - seconds for which a revocation stays in its bucket
 */
export class PublicationService {
  private readonly keys: ReopeningHandle<KV>;
  private readonly revocations: ReopeningHandle<KV>;
  private readonly events: ReopeningHandle<JetStreamClient>;
  private readonly refused: ReopeningHandle<Consumer>;
  private readonly entries: RevocationEntries;
  private readonly keySetKey: KeyObject;
  private bucketId: string | undefined;

  /** @throws Error if the services would not accept the key set that this service signs */
  constructor(
    private readonly link: NatsLink,
    config: Pick<
      AuthConfig,
      'AUTH_KEY_SET_PRIVATE_KEY' | 'EVENT_DUPLICATE_WINDOW' | 'KEY_SET_PUBLIC_KEY' | 'REVOCATION_KEY'
    >,
    retention: number,
  ) {
    this.entries = new RevocationEntries(config.REVOCATION_KEY);
    this.keySetKey = config.AUTH_KEY_SET_PRIVATE_KEY;
    openKeySet(signKeySet([], this.keySetKey), config.KEY_SET_PUBLIC_KEY);
    this.keys = new ReopeningHandle(() => createBucket(link, BUCKETS.keys));
    this.revocations = new ReopeningHandle(() =>
      createBucket(link, BUCKETS.revocations, retention, BUCKET_BEING_FILLED),
    );
    this.events = new ReopeningHandle(async () => {
      const stream = await createStream(link, EVENTS, config.EVENT_DUPLICATE_WINDOW);
      // No service may make one for itself.
      for (const { name, event } of CONSUMERS) await openConsumer(link, EVENTS.name, name, event.subject);
      return stream;
    });
    this.refused = new ReopeningHandle(() => openConsumer(link, EVENTS.name, 'audit-trail', 'events.*.access-refused'));
  }

  /** Replaces the published key set, in one entry: it is seen whole or not at all. Writes nothing if nothing changed. */
  publishKeys(keys: readonly PublicJwk[]): Promise<void> {
    const text = signKeySet(keys, this.keySetKey);
    return this.keys.use(async (bucket) => {
      const published = await bucket.get(KEY_SET_ENTRY);
      if (published?.operation === 'PUT' && published.string() === text) return;
      await bucket.put(KEY_SET_ENTRY, text);
    });
  }

  /** What the bucket holds of a revocation that is published. */
  valueOfRevocation(revocation: Revocation): string {
    return this.entries.encode(revocation);
  }

  /**
   * Puts entries into the bucket of revocations, all at once.
   *
   * @returns the bucket that they are in, by its id: of one that is made again meanwhile, the id of the one before
   */
  publishRevocations(revocations: readonly Revocation[]): Promise<string> {
    return this.revocations.use(async (bucket) => {
      const id = this.bucketId ?? (await this.describe(bucket)).id;
      await Promise.all(revocations.map((entry) => bucket.put(revocationKey(entry), this.entries.encode(entry))));
      return id;
    });
  }

  /** Everything that the bucket of revocations holds, in pages. */
  async *publishedRevocations(pageSize: number): AsyncGenerator<readonly PublishedEntry[]> {
    for await (const page of pagesOf(this.link, BUCKETS.revocations, pageSize)) {
      yield page.map((entry) => ({ ...entry, revocation: this.entries.decode(entry.key, entry.value) }));
    }
  }

  /** Removes an entry, unless another has taken its place since. */
  async removeRevocation(key: string, revision: number): Promise<void> {
    await this.revocations.use((bucket) => bucket.delete(key, { previousSeq: revision }));
  }

  /** The bucket of revocations as it is now; it is made if it is not there. */
  revocationBucket(): Promise<RevocationBucket> {
    return this.revocations.use((bucket) => this.describe(bucket));
  }

  /**
   * Lets every service trust that what the bucket holds is all there is, once whatever was missing is in it.
   *
   * @param id - of the bucket that was filled: one that was made again since then is not taken for it
   */
  async completeRevocations(id: string): Promise<void> {
    await describeBucket(this.link, BUCKETS.revocations, completeBucket(id));
  }

  private async describe(bucket: KV): Promise<RevocationBucket> {
    const { streamInfo } = await bucket.status();
    const { created: id, config, state } = streamInfo;
    this.bucketId = id;
    return { id, entries: state.messages, isComplete: config.description === completeBucket(id) };
  }

  /** Stores an event in the stream, which drops it if it has taken one with this id within its duplicate window. */
  async publishEvent({ subject, id, payload }: OutboxMessage): Promise<void> {
    await this.events.use((stream) => stream.publish(subject, JSON.stringify(payload), { msgID: id }));
  }

  /** Hands over the ids of the events that are in the stream since a moment, page by page. */
  async storedEvents(since: Date, deal: (ids: string[]) => Promise<unknown>): Promise<void> {
    await this.events.use(async () => {
      for await (const page of messagesOf(this.link, EVENTS.name, headersSince('events.auth.>', since), 500)) {
        // A refusal that this service reports has no id there, and is in no outbox.
        await deal(page.map(({ headers }) => headers?.get('Nats-Msg-Id') ?? '').filter((id) => id !== ''));
      }
    });
  }

  /**
   * Hands over the refusals of all services that have come, waiting a moment for the first, and acknowledges each when it
   * has been dealt with.
   *
   * @returns how many there were
   */
  async takeRefusals(deal: (message: StoredMessage) => Promise<void>): Promise<number> {
    await this.events.use(() => Promise.resolve());
    return this.refused.use(async (consumer) => {
      let taken = 0;
      for await (const message of await consumer.fetch({ max_messages: 100, expires: 2_000 })) {
        await deal(message);
        message.ack();
        taken += 1;
      }
      return taken;
    });
  }
}
