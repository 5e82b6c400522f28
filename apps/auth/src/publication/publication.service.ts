import { KEY_SET_ENTRY, revocationKey, revocationValue } from '@citadel/auth/nats';
import { type Revocation } from '@citadel/auth';
import {
  BUCKETS,
  type Consumer,
  createBucket,
  createStream,
  EVENTS,
  type JetStreamClient,
  type JsMsg,
  type KV,
  type NatsLink,
  openConsumer,
} from '@citadel/platform';
import type { PublicJwk } from '@citadel/contracts';

/** A message of a stream, to be acknowledged when it has been dealt with. */
export type StoredMessage = JsMsg;

/**
 * What this service alone writes and every service watches: the public keys and the revocations.
 *
 * @param retention - seconds for which a revocation stays in its bucket
 */
export class PublicationService {
  private keys: Promise<KV> | undefined;
  private revocations: Promise<KV> | undefined;
  private events: Promise<JetStreamClient> | undefined;
  private refused: Promise<Consumer> | undefined;

  constructor(
    private readonly link: NatsLink,
    private readonly retention: number,
  ) {}

  /** Replaces the published key set, in one entry: it is seen whole or not at all. Writes nothing if nothing changed. */
  async publishKeys(keys: readonly PublicJwk[]): Promise<void> {
    const bucket = await this.keyBucket();
    const text = JSON.stringify({ keys });
    const published = await bucket.get(KEY_SET_ENTRY);
    if (published?.operation === 'PUT' && published.string() === text) return;
    await bucket.put(KEY_SET_ENTRY, text);
  }

  async publishRevocation(revocation: Revocation): Promise<void> {
    await (await this.revocationBucket()).put(revocationKey(revocation), revocationValue(revocation));
  }

  /** The keys and values of all revocations that the bucket holds. */
  async publishedRevocations(): Promise<ReadonlyMap<string, string>> {
    const bucket = await this.revocationBucket();
    const { values } = await bucket.status();
    const published = new Map<string, string>();
    if (values === 0) return published;
    for await (const entry of await bucket.history()) published.set(entry.key, entry.string());
    return published;
  }

  /** Stores an event in the stream; the id makes a second attempt the same event (within two minutes, by its `Nats-Msg-Id`). */
  async publishEvent(type: string, id: string, payload: object): Promise<void> {
    const stream = await this.eventStream();
    await stream.publish(`events.auth.${type}`, JSON.stringify(payload), { msgID: id });
  }

  /** Refusals of all services that the trail has not taken yet; waits a few seconds for the next. */
  async refusals(): Promise<AsyncIterable<StoredMessage>> {
    await this.eventStream();
    this.refused ??= openConsumer(this.link, EVENTS.name, 'audit-trail', 'events.*.access-refused').catch(
      (error: unknown) => {
        this.refused = undefined;
        throw error;
      },
    );
    return (await this.refused).fetch({ max_messages: 100, expires: 2_000 });
  }

  private eventStream(): Promise<JetStreamClient> {
    this.events ??= createStream(this.link, EVENTS).catch((error: unknown) => {
      this.events = undefined;
      throw error;
    });
    return this.events;
  }

  private keyBucket(): Promise<KV> {
    this.keys ??= createBucket(this.link, BUCKETS.keys).catch((error: unknown) => {
      this.keys = undefined;
      throw error;
    });
    return this.keys;
  }

  private revocationBucket(): Promise<KV> {
    this.revocations ??= createBucket(this.link, BUCKETS.revocations, this.retention).catch((error: unknown) => {
      this.revocations = undefined;
      throw error;
    });
    return this.revocations;
  }
}
