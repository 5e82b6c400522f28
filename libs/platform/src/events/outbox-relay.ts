const BATCH = 100;
/** Milliseconds: well within a transaction's time, so that what was published is marked even when NATS is slow. */
const TURN = 2_000;

export interface OutboxMessage {
  /** Under which the stream takes it once, and consumers act on it once. */
  readonly id: string;
  readonly subject: string;
  readonly payload: object;
}

/** Where a service writes down what it has to tell, in the transactions of what is told. */
export interface OutboxTable<Transaction> {
  transact<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
  /** The oldest that are not published, locked; what another replica has locked is skipped, not waited for. */
  take(transaction: Transaction, atMost: number): Promise<readonly OutboxMessage[]>;
  /** Lets nobody take them again. */
  settle(transaction: Transaction, ids: readonly string[]): Promise<unknown>;
}

/**
 * Publishes what an outbox holds, in its order. A message is settled only after the stream has stored it. A process that is
 * killed in between leaves it to the next turn, which publishes it again under the same id.
 */
export class OutboxRelay<Transaction> {
  /** @param publish - resolves when the stream has stored the message */
  constructor(
    private readonly table: OutboxTable<Transaction>,
    private readonly publish: (message: OutboxMessage) => Promise<void>,
  ) {}

  /** @returns how many messages were published */
  relay(): Promise<number> {
    return this.table.transact(async (transaction) => {
      const messages = await this.table.take(transaction, BATCH);
      const deadline = performance.now() + TURN;
      const published: string[] = [];
      for (const message of messages) {
        if (performance.now() > deadline) break;
        await this.publish(message);
        published.push(message.id);
      }
      if (published.length > 0) await this.table.settle(transaction, published);
      return published.length;
    });
  }
}
