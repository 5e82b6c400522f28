import type { KeyObject } from 'node:crypto';
import type { Revocation } from '@citadel/auth';
import {
  BUCKET_BEING_FILLED,
  KEY_SET_ENTRY,
  openKeySet,
  RevocationEntries,
  revocationKey,
  signKeySet,
} from '@citadel/auth/nats';
import {
  BUCKETS,
  type Consumer,
  createBucket,
  createStream,
  describeBucket,
  EVENTS,
  type JetStreamClient,
  type JsMsg,
  type KV,
  type NatsLink,
  openConsumer,
} from '@citadel/platform';
import type { PublicJwk } from '@citadel/contracts';

import type { AuthConfig } from '../auth.config.js';
import { Reopened } from './reopened.js';

/** A message of a stream, to be acknowledged when it has been dealt with. */
export type StoredMessage = JsMsg;

/**
 * What this service alone writes and every service watches: the public keys, the revocations and what happened.
 *
 * @param retention - seconds for which a revocation stays in its bucket
 */
export class PublicationService {
  private readonly keys: Reopened<KV>;
  private readonly revocations: Reopened<KV>;
  private readonly events: Reopened<JetStreamClient>;
  private readonly refused: Reopened<Consumer>;
  private readonly entries: RevocationEntries;
  private readonly keySetKey: KeyObject;

  /** @throws Error if the services would not accept the key set that this service signs */
  constructor(
    private readonly link: NatsLink,
    config: Pick<AuthConfig, 'AUTH_KEY_SET_PRIVATE_KEY' | 'KEY_SET_PUBLIC_KEY' | 'REVOCATION_KEY'>,
    retention: number,
  ) {
    this.entries = new RevocationEntries(config.REVOCATION_KEY);
    this.keySetKey = config.AUTH_KEY_SET_PRIVATE_KEY;
    openKeySet(signKeySet([], this.keySetKey), config.KEY_SET_PUBLIC_KEY);
    this.keys = new Reopened(() => createBucket(link, BUCKETS.keys));
    this.revocations = new Reopened(() => createBucket(link, BUCKETS.revocations, retention, BUCKET_BEING_FILLED));
    this.events = new Reopened(() => createStream(link, EVENTS));
    this.refused = new Reopened(() => openConsumer(link, EVENTS.name, 'audit-trail', 'events.*.access-refused'));
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

  async publishRevocation(revocation: Revocation): Promise<void> {
    await this.revocations.use((bucket) => bucket.put(revocationKey(revocation), this.valueOfRevocation(revocation)));
  }

  /** What the bucket holds of a revocation that is published. */
  valueOfRevocation(revocation: Revocation): string {
    return this.entries.encode(revocation);
  }

  /** The keys and values of all revocations that the bucket holds. */
  publishedRevocations(): Promise<ReadonlyMap<string, string>> {
    return this.revocations.use(async (bucket) => {
      const published = new Map<string, string>();
      const { values } = await bucket.status();
      if (values === 0) return published;
      for await (const entry of await bucket.history()) published.set(entry.key, entry.string());
      return published;
    });
  }

  /** Lets every service believe that what the bucket holds is all there is, once whatever was missing is in it. */
  completeRevocations(): Promise<void> {
    return this.revocations.use(async (bucket) => {
      const { streamInfo } = await bucket.status();
      if (streamInfo.config.description !== BUCKET_BEING_FILLED) return;
      await describeBucket(this.link, BUCKETS.revocations, 'Revocations: complete');
    });
  }

  /** Stores an event in the stream; the id makes a second attempt the same event (`Nats-Msg-Id`, for two minutes). */
  async publishEvent(type: string, id: string, payload: object): Promise<void> {
    const options = { msgID: id };
    await this.events.use((stream) => stream.publish(`events.auth.${type}`, JSON.stringify(payload), options));
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
