import { bearerIn } from '@citadel/auth';
import { Problem, problem } from '@citadel/protocol';
import { type CustomTransportStrategy, NatsContext, Server, Transport } from '@nestjs/microservices';
import type { Msg, NatsConnection, Subscription } from '@nats-io/transport-node';

import { runForCaller } from '../calls/caller.js';
import { callFrom, runInCall } from '../logging/call-context.js';
import { addressIn } from '../operations/client.decorator.js';
import { readDeadline } from './deadline.js';
import type { NatsLink } from './nats-link.js';
import { parsePacket } from './packet.js';
import { TransitTimes } from './transit-times.js';

const HANDLERS_AT_ONCE = 256;

/**
 * Serves Nest's message handlers from the process's one NATS connection. Replicas share a queue group, so each request
 * is handled once.
 *
 * Where Nest's own server leaves a malformed message without any answer and runs a request that nobody waits for, this
 * one answers a problem, and refuses what has no reply subject, or comes after its caller has stopped waiting: its outcome
 * could be told to nobody.
 */
export class NatsTransport extends Server implements CustomTransportStrategy {
  override readonly transportId = Transport.NATS;
  private readonly subscriptions: Subscription[] = [];
  private readonly transitTimes = new TransitTimes();
  private inFlight = 0;

  constructor(
    private readonly link: NatsLink,
    private readonly queue: string,
  ) {
    super();
  }

  /** Calls back when the server knows all subscriptions: from then on nobody is told that nobody listens. */
  listen(callback: (error?: unknown) => void): void {
    const subscribe = async () => {
      const connection = await this.link.whenConnected();
      for (const subject of this.messageHandlers.keys()) this.subscriptions.push(this.subscribe(connection, subject));
      await connection.flush();
    };
    subscribe().then(() => callback(), callback);
  }

  /** Takes no new messages, and lets the handlers that run finish. */
  async close(): Promise<void> {
    await Promise.all(this.subscriptions.map((subscription) => subscription.drain().catch(() => undefined)));
    for (let waited = 0; this.inFlight > 0 && waited < 5_000; waited += 20) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  on(): never {
    throw new Error('NatsTransport has no events; follow the NatsLink');
  }

  unwrap<T>(): T {
    // The caller names the type, as Nest's interface has it.
    return this.link.connection as T;
  }

  private subscribe(connection: NatsConnection, subject: string): Subscription {
    return connection.subscribe(subject, {
      queue: this.queue,
      callback: (error, message) => {
        if (error) this.logger.error(`NATS refuses the subscription to ${subject}: ${error.message}`);
        else {
          this.serve(subject, message).catch((failure: unknown) => {
            this.logger.error(failure);
          });
        }
      },
    });
  }

  private async serve(subject: string, message: Msg): Promise<void> {
    const handler = this.getHandlerByPattern(subject);
    if (!handler) return;
    const { headers } = message;
    const context = new NatsContext([message.subject, headers]);
    const call = callFrom(headers?.get('traceparent'), headers?.get('x-request-id'), addressIn(headers));
    await runInCall(call, async () => {
      const patience = handler.isEventHandler ? undefined : this.patienceFor(message);
      if (patience instanceof Problem)
        return this.refuse(message, patience, patience.code === 'timeout' ? 'debug' : 'warn');
      const packet = parsePacket(message.data);
      if (!packet) return this.refuse(message, problem('invalid-request', { detail: 'The message is not a request' }));
      if (handler.isEventHandler) {
        await this.handleEvent(subject, { pattern: subject, data: packet.data }, context);
        return;
      }
      if (!isInbox(message.reply))
        return this.refuse(message, problem('invalid-request', { detail: 'A request needs a reply subject' }));
      if (this.inFlight >= HANDLERS_AT_ONCE) {
        return this.refuse(
          message,
          problem('service-unavailable', { detail: 'The service is overloaded', retryAfter: 1 }),
        );
      }
      this.inFlight += 1;
      runForCaller({ token: bearerIn(headers?.values('authorization')), patience }, () => {
        const answer = this.transformToObservable(handler(packet.data, context));
        this.send(answer, (reply) => {
          if (reply.isDisposed) this.inFlight -= 1;
          this.respond(message, { ...reply, id: packet.id });
        });
      });
    });
  }

  /**
   * Decides before anything is read, verified or looked up: what came too late costs next to nothing.
   *
   * @returns the milliseconds for which the caller waits still, if it says so, or why nothing is carried out
   */
  private patienceFor({ headers, reply = '' }: Msg): number | Problem | undefined {
    const deadline = readDeadline(headers);
    if (deadline === undefined) return undefined;
    if (deadline === 'malformed')
      return problem('invalid-request', { detail: 'The deadline of the message is not one' });
    const sender = reply.slice(0, reply.lastIndexOf('.'));
    const left = this.transitTimes.timeLeft(sender, deadline);
    if (left > 0) return left;
    return problem('timeout', { detail: 'The message came too late for its caller; nothing was carried out' });
  }

  private refuse(message: Msg, refusal: Problem, level: 'debug' | 'warn' = 'warn'): void {
    this.logger[level]?.(`A message on ${message.subject} was refused: ${refusal.message}`);
    this.respond(message, { err: refusal.toBody(), isDisposed: true });
  }

  private respond(message: Msg, reply: object): void {
    if (!isInbox(message.reply)) return;
    try {
      message.respond(JSON.stringify(reply));
    } catch (error) {
      // Larger than the server takes, or the connection is closing: the caller must not wait for its time-out.
      this.logger.error(error);
      message.respond(JSON.stringify({ err: problem('internal').toBody(), isDisposed: true }));
    }
  }

  /** Subjects are plain text here; Nest's own look-up tries to parse each as JSON, which costs a throw a message. */
  override getHandlerByPattern(subject: string) {
    return this.messageHandlers.get(subject) ?? null;
  }
}

/** An answer to any other subject would be said with this process's own rights: auth may order JetStream about. */
const isInbox = (reply = '') => reply.startsWith('_INBOX.') || reply.startsWith('_CALLS.');
