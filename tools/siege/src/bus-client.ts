import { readFileSync } from 'node:fs';

import type { ServiceName } from '@citadel/contracts';
import { API_PREFIX } from '@citadel/platform/nats-permissions';
import type { NatsUser, StackDescription } from '@citadel/stack';
import {
  connect,
  type ConnectionOptions,
  errors,
  headers as natsHeaders,
  type NatsConnection,
  nkeyAuthenticator,
} from '@nats-io/transport-node';

import type { Answer } from './answer.js';
import type { BusCall, StreamAnswer } from './battlefield.js';
import { codeOf } from './http-client.js';

const PATIENCE_MS = 10_000;
/** How long a publication without an answer is waited for: a refusal comes in a round trip. */
const ROUND_TRIP_MS = 400;

/** NATS under each service's own key, as whoever has stolen it would use it. */
export class BusClient {
  private readonly connections = new Map<NatsUser, Promise<NatsConnection>>();

  constructor(private readonly nats: StackDescription['nats']) {}

  async send(
    subject: string,
    packet: string,
    { token, headers = {}, withoutReply = false }: BusCall & { readonly withoutReply?: boolean } = {},
  ): Promise<Answer> {
    const bus = await this.as('gateway');
    const carried = natsHeaders();
    if (token !== undefined) carried.set('authorization', `Bearer ${token}`);
    for (const [name, value] of Object.entries(headers)) for (const one of [value].flat()) carried.append(name, one);
    if (withoutReply) {
      bus.publish(subject, packet, { headers: carried });
      await bus.flush();
      return { status: 202, code: '', body: undefined };
    }
    try {
      const message = await bus.request(subject, packet, { timeout: PATIENCE_MS, headers: carried });
      return answerIn(message.json());
    } catch (error) {
      if (isForbidden(error)) return { status: 403, code: 'not-permitted', body: undefined };
      return { status: 503, code: isUnheard(error) ? 'nobody-listens' : 'no-answer', body: String(error) };
    }
  }

  async mayPublish(service: ServiceName, subject: string): Promise<boolean> {
    const bus = await this.as(service);
    try {
      await bus.request(subject, '{}', { timeout: ROUND_TRIP_MS });
      return true;
    } catch (error) {
      return !isForbidden(error);
    }
  }

  async mayHear(service: ServiceName, subject: string, queue?: string): Promise<boolean> {
    const bus = await this.as(service);
    let isRefused = false;
    const subscription = bus.subscribe(subject, {
      ...(queue === undefined ? {} : { queue }),
      callback: (error) => {
        isRefused ||= isForbidden(error);
      },
    });
    // The server answers in order: a refusal is here before the answer to the flush.
    await bus.flush();
    if (!isRefused) subscription.unsubscribe();
    return !isRefused;
  }

  async askStreams(user: NatsUser, operation: string, data: object, reply?: string): Promise<StreamAnswer> {
    const bus = await this.as(user);
    const subject = `${user === 'publisher' ? '$JS.API' : API_PREFIX}.${operation}`;
    const body = JSON.stringify(data);
    if (reply !== undefined) {
      bus.publish(subject, body, { reply });
      await bus.flush();
      return undefined;
    }
    try {
      return (await bus.request(subject, body, { timeout: PATIENCE_MS })).json<NonNullable<StreamAnswer>>();
    } catch (error) {
      if (isForbidden(error) || isUnheard(error)) return undefined;
      throw error;
    }
  }

  async mayConnect(seed: string | undefined, isEncrypted: boolean): Promise<boolean> {
    const url = isEncrypted ? this.nats.url : this.nats.url.replace(/^tls:/, 'nats:');
    try {
      const bus = await connect({ ...this.options(seed), servers: url, ...(isEncrypted ? {} : { tls: null }) });
      await bus.close();
      return true;
    } catch {
      return false;
    }
  }

  async close(): Promise<void> {
    for (const connection of this.connections.values()) await (await connection).close();
  }

  private as(service: NatsUser): Promise<NatsConnection> {
    const known = this.connections.get(service);
    if (known) return known;
    const seed = readFileSync(this.nats.nkeySeeds[service], 'utf8').trim();
    const inboxPrefix = service === 'gateway' ? '_INBOX' : `_INBOX.${service}`;
    const connection = connect({ ...this.options(seed), inboxPrefix, name: `siege as ${service}` });
    this.connections.set(service, connection);
    return connection;
  }

  private options(seed: string | undefined): ConnectionOptions {
    return {
      servers: this.nats.url,
      tls: { ca: readFileSync(this.nats.ca, 'utf8') },
      ...(seed === undefined ? {} : { authenticator: nkeyAuthenticator(new TextEncoder().encode(seed)) }),
      reconnect: false,
    };
  }
}

/** The client hands over what the server said as the cause of a failed request. */
const isForbidden = (error: unknown): boolean =>
  error instanceof errors.PermissionViolationError || (error instanceof Error && isForbidden(error.cause));

const isUnheard = (error: unknown) =>
  error instanceof errors.NoRespondersError || (error instanceof errors.RequestError && error.isNoResponders());

function answerIn(reply: unknown): Answer {
  const { err, response } = (reply ?? {}) as { err?: { status?: unknown }; response?: unknown };
  if (err) return { status: Number(err.status ?? 0), code: codeOf(err), body: err };
  return { status: 200, code: '', body: response };
}
