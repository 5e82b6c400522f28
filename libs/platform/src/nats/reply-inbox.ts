import { randomUUID } from 'node:crypto';
import { errors, type Msg, type MsgHdrs, type NatsConnection, type Subscription } from '@nats-io/transport-node';

export interface Question {
  readonly subject: string;
  readonly payload: string;
  readonly headers: MsgHdrs;
  /** Milliseconds until the answer is given up. */
  readonly timeout: number;
}

interface Waiting {
  readonly subject: string;
  readonly resolve: (answer: Uint8Array) => void;
  readonly reject: (error: Error) => void;
}

/** Where a service hears what other services answer it; the gateway has inboxes without a name of its own. */
export const callInboxOf = (service: string): string => `_CALLS.${service}`;

/**
 * Where a process hears the answers to all that it asks: one subscription, and for each question a last token of 122 random
 * bits, known only to the process that is asked. The client's own multiplexer takes 47 bits of `Math.random`, so that one service
 * could guess where the answer of another is awaited, and answer in its name.
 */
export class ReplyInbox {
  private readonly base: string;
  private readonly waiting = new Map<string, Waiting>();
  private subscription: Subscription | undefined;

  /** @param prefix - that the process may subscribe below */
  constructor(prefix: string) {
    this.base = `${prefix}.${randomUUID()}.`;
  }

  /**
   * @returns the bytes of the first answer; what comes later is ignored
   * @throws NoRespondersError if nobody serves the subject, TimeoutError, PermissionViolationError, or InvalidArgumentError
   *   for what the connection cannot send
   */
  ask(connection: NatsConnection, { subject, payload, headers, timeout }: Question): Promise<Uint8Array> {
    this.subscription ??= connection.subscribe(`${this.base}*`, {
      callback: (error, message) => {
        if (error) this.refuseAll(error);
        else this.hear(message);
      },
    });
    const token = randomUUID();
    return new Promise<Uint8Array>((resolve, reject) => {
      const timer = setTimeout(() => this.waiting.get(token)?.reject(new errors.TimeoutError()), timeout);
      const over = () => {
        clearTimeout(timer);
        this.waiting.delete(token);
      };
      this.waiting.set(token, {
        subject,
        resolve: (answer) => {
          over();
          resolve(answer);
        },
        reject: (error) => {
          over();
          reject(error);
        },
      });
      try {
        connection.publish(subject, payload, { headers, reply: this.base + token });
      } catch (error) {
        over();
        throw error;
      }
    });
  }

  /** Ends the waiting for what NATS has refused to carry: its errors name a subject, and not a message. */
  refuse(error: Error): void {
    if (!(error instanceof errors.PermissionViolationError) || error.operation !== 'publish') return;
    for (const { subject, reject } of this.waiting.values()) if (subject === error.subject) reject(error);
  }

  private refuseAll(error: Error): void {
    this.subscription = undefined;
    for (const { reject } of this.waiting.values()) reject(error);
  }

  private hear({ subject, data, headers }: Msg): void {
    const waiting = this.waiting.get(subject.slice(this.base.length));
    if (!waiting) return;
    const isUnserved = data.length === 0 && headers?.code === 503;
    if (isUnserved) waiting.reject(new errors.NoRespondersError(waiting.subject));
    else waiting.resolve(data);
  }
}
