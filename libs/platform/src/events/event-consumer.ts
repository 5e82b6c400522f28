import type { ServiceEvent } from '@citadel/protocol';
import { Logger } from '@nestjs/common';

import { isDatabaseUnavailable } from '../database/index.js';
import { newCall, runInCall } from '../logging/call-context.js';
import type { NatsLink } from '../nats/nats-link.js';
import { type Consumer, findConsumer, type JsMsg } from '../nats/streams.js';
import type { Delivery, Effect, Inbox } from './inbox.js';

/** Seconds until an event is tried again, after each failure; after the last of them it is a dead letter. */
const PAUSES: readonly number[] = [1, 5, 15, 60, 120, 300, 600];

/** Seconds until an event is tried again that met no database; nothing is its own fault then. */
const WHILE_AWAY = 2;

const BATCH = 10;
/** Milliseconds to wait for the first message; the service stops no sooner. */
const PATIENCE = 1_000;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** No later try will read it. */
class UnreadableEvent extends Error {
  override readonly name = 'UnreadableEvent';
}

/** Hands the messages of one event to its method, each of them acknowledged after it has taken effect. */
export class EventConsumer {
  private readonly logger = new Logger('Events');
  private opened: Consumer | undefined;

  /**
   * @param name - of the consumer on JetStream; its first word is the service
   * @param pauses - seconds until the next try, after each failure
   */
  constructor(
    private readonly link: NatsLink,
    private readonly inbox: Inbox,
    readonly name: string,
    private readonly event: ServiceEvent,
    private readonly method: (event: unknown, transaction: unknown) => Promise<unknown>,
    private readonly pauses = PAUSES,
  ) {}

  /** Deals with what has come, waiting a moment for the first. */
  async take(): Promise<void> {
    try {
      this.opened ??= await findConsumer(this.link, this.name);
      for await (const message of await this.opened.fetch({ max_messages: BATCH, expires: PATIENCE })) {
        await this.deal(message);
      }
    } catch (error) {
      // What was opened before NATS lost its data is no longer there.
      this.opened = undefined;
      throw error;
    }
  }

  /** What an event does: in the transaction, and nothing outside of it. */
  readonly effect: Effect = ({ id, payload }, transaction) =>
    runInCall(newCall(id), () => this.method(this.read(payload), transaction));

  private async deal(message: JsMsg): Promise<void> {
    const id = message.headers?.get('Nats-Msg-Id') ?? '';
    if (!UUID.test(id)) {
      this.logger.error(`A message on ${message.subject} has no id of an event, and is dropped`);
      message.term();
      return;
    }
    const delivery = { consumer: this.name, id, payload: message.string() };
    try {
      await this.inbox.handle(delivery, this.effect);
      message.ack();
    } catch (error) {
      await this.retryOrPutAside(message, delivery, error);
    }
  }

  private async retryOrPutAside(message: JsMsg, delivery: Delivery, error: unknown): Promise<void> {
    const isAway = isDatabaseUnavailable(error);
    const pause = isAway ? WHILE_AWAY : this.pauses[message.info.deliveryCount - 1];
    if (pause !== undefined && !(error instanceof UnreadableEvent)) {
      this.logger.warn(`${this.nameOf(delivery)} failed and is tried again in ${String(pause)} s: ${String(error)}`);
      message.nak(pause * 1_000);
      return;
    }
    await this.inbox.putAside(delivery, String(error));
    message.term();
    const [service = ''] = this.name.split('_');
    this.logger.error(`${this.nameOf(delivery)} was put aside, see "npm run ${service}:events": ${String(error)}`);
    const letter = { consumer: this.name, event: delivery.id, subject: message.subject };
    this.link.connection.publish(`events.${service}.dead-letter`, JSON.stringify(letter));
  }

  private nameOf({ id }: Delivery): string {
    return `Event ${id} of ${this.event.id} at ${this.name}`;
  }

  private read(payload: string): unknown {
    try {
      return this.event.message.parse(JSON.parse(payload));
    } catch (cause) {
      throw new UnreadableEvent('It is not what its contract says', { cause });
    }
  }
}
