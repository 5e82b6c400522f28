import { problem } from '@citadel/protocol';
import { Logger } from '@nestjs/common';
import { connect, type ConnectionOptions, type NatsConnection, nkeyAuthenticator } from '@nats-io/transport-node';

import type { CommonConfig } from '../config/fields.js';
import { callInboxOf, type Question, ReplyInbox } from './reply-inbox.js';

const RETRY_AFTER_MS = 250;

/**
 * A process's one connection to NATS: over TLS, under the process's own NKey, reconnecting for as long as it lives.
 *
 * While the connection is away nothing is buffered for later: a request whose caller has been told that it failed must
 * not be carried out when NATS comes back.
 */
export class NatsLink {
  private readonly logger = new Logger(NatsLink.name);
  private readonly connecting: Promise<NatsConnection>;
  private readonly replies: ReplyInbox;
  private established: NatsConnection | undefined;
  private isUp = false;
  private isClosed = false;
  private readonly lastWords: (() => void)[] = [];

  /** @param name - the process's name: shown by NATS, and the prefix of the inboxes that its permissions allow */
  constructor(
    readonly name: string,
    config: Pick<CommonConfig, 'NATS_URL' | 'NATS_CA' | 'NATS_NKEY_SEED'>,
    options: { readonly inboxPrefix?: string } = {},
  ) {
    const inboxPrefix = options.inboxPrefix ?? `_INBOX.${name}`;
    this.replies = new ReplyInbox(options.inboxPrefix ?? callInboxOf(name));
    this.connecting = this.open({
      servers: config.NATS_URL.split(','),
      name,
      authenticator: nkeyAuthenticator(new TextEncoder().encode(config.NATS_NKEY_SEED)),
      // Asking for TLS makes the client refuse a server that does not offer it.
      tls: config.NATS_CA === undefined ? {} : { ca: config.NATS_CA },
      inboxPrefix,
      maxReconnectAttempts: -1,
      // A server that is being reconfigured may refuse for a moment; giving up would need a person to come.
      ignoreAuthErrorAbort: true,
      reconnectTimeWait: RETRY_AFTER_MS,
      reconnectJitterTLS: 250,
      pingInterval: 5_000,
      maxPingOut: 2,
      // Stack traces of asynchronous errors cost half of a request's time.
      noAsyncTraces: true,
    });
    // Its failure is for callers of whenConnected(); without one it must not count as unhandled.
    this.connecting.catch(() => undefined);
  }

  /** Whether the connection is up at this moment. */
  get isConnected(): boolean {
    return this.isUp;
  }

  whenConnected(): Promise<NatsConnection> {
    return this.connecting;
  }

  /** The connection, if it is up. @throws Problem `service-unavailable` */
  get connection(): NatsConnection {
    if (this.established && this.isUp) return this.established;
    throw problem('service-unavailable', { detail: 'The message bus cannot be reached', retryAfter: 1 });
  }

  /**
   * Asks whoever serves the subject, and waits for one answer.
   *
   * @throws Problem `service-unavailable` while the connection is down, and what {@link ReplyInbox.ask} throws
   */
  ask(question: Question): Promise<Uint8Array> {
    return this.replies.ask(this.connection, question);
  }

  /** What a part of the process still has to publish when the link is about to close. */
  beforeClose(publish: () => void): void {
    this.lastWords.push(publish);
  }

  /** Lets what is under way finish, then closes. */
  async close(): Promise<void> {
    if (!this.isClosed) for (const publish of this.lastWords) publish();
    this.isClosed = true;
    if (!this.established || this.established.isClosed()) return;
    // Draining needs the server; without it there is nothing to wait for.
    if (this.isUp) await this.established.drain().catch(() => undefined);
    await this.established.close();
  }

  private async open(options: ConnectionOptions): Promise<NatsConnection> {
    this.logger.log(`Connecting to NATS at ${[options.servers].flat().join(', ')} as ${this.name}`);
    this.established = await this.connectWithRetry(options);
    this.isUp = true;
    void this.follow(this.established);
    return this.established;
  }

  /** Tries until NATS is there. Why it cannot be reached is logged once for each reason: it may take a person to fix it. */
  private async connectWithRetry(options: ConnectionOptions, lastReported = ''): Promise<NatsConnection> {
    if (this.isClosed) throw problem('service-unavailable', { detail: 'The connection to NATS is closed' });
    try {
      return await connect(options);
    } catch (error) {
      const reason = String(error);
      if (reason !== lastReported) this.logger.warn(`NATS cannot be reached, trying again until it can: ${reason}`);
      await new Promise((resolve) => setTimeout(resolve, RETRY_AFTER_MS));
      return this.connectWithRetry(options, reason);
    }
  }

  private async follow(connection: NatsConnection): Promise<void> {
    for await (const status of connection.status()) {
      if (status.type === 'disconnect' || status.type === 'staleConnection') {
        this.isUp = false;
        this.logger.warn('The connection to NATS is lost; reconnecting');
      } else if (status.type === 'reconnect') {
        this.isUp = true;
        this.logger.log('Connected to NATS again');
      } else if (status.type === 'error') {
        this.logger.error(`NATS refuses something: ${status.error.message}`);
        this.replies.refuse(status.error);
      }
    }
    this.isUp = false;
  }
}
