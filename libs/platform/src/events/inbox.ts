import type { SqlClient, SqlTransaction } from './sql-client.js';

/**
 * Days for which it is known what has been dealt with: four times as long as the stream keeps an event, so that one that its
 * service publishes again after a long outage is recognised, too.
 */
const REMEMBERED_DAYS = 30;
const SWEPT_AT_ONCE = 1_000;

/** An event as a consumer has it before it has been read. */
export interface Delivery {
  readonly consumer: string;
  readonly id: string;
  /** JSON, as it came. */
  readonly payload: string;
}

export type Effect = (delivery: Delivery, transaction: SqlTransaction) => Promise<unknown>;

const REMEMBER = 'INSERT INTO inbox (consumer, event_id) VALUES ($1, $2::uuid) ON CONFLICT DO NOTHING';
const SWEEP = `DELETE FROM inbox WHERE (consumer, event_id) IN (SELECT consumer, event_id FROM inbox
  WHERE handled_at < now() - make_interval(days => ${String(REMEMBERED_DAYS)}) LIMIT ${String(SWEPT_AT_ONCE)})`;
const PUT_ASIDE = `INSERT INTO dead_letters (consumer, event_id, payload, reason) VALUES ($1, $2::uuid, $3, $4)
  ON CONFLICT (consumer, event_id) DO UPDATE SET reason = EXCLUDED.reason, failed_at = now(), replay = false`;
const NEXT_REPLAY = `SELECT consumer, event_id AS id, payload FROM dead_letters WHERE replay
  ORDER BY failed_at LIMIT 1 FOR UPDATE SKIP LOCKED`;
const DISCARD = 'DELETE FROM dead_letters WHERE consumer = $1 AND event_id = $2::uuid';

/** Lets each event take effect once: whether it has is stored in the transaction of the effect itself. */
export class Inbox {
  constructor(private readonly client: SqlClient) {}

  /** Does nothing for an event that has taken effect before. */
  handle(delivery: Delivery, effect: Effect): Promise<void> {
    return this.client.$transaction((transaction) => handleIn(transaction, delivery, effect));
  }

  /** Keeps an event that has failed too often, until somebody has it replayed. */
  async putAside({ consumer, id, payload }: Delivery, reason: string): Promise<void> {
    // One line, for the terminal of whoever lists it.
    const line = reason.replaceAll(/\p{Cc}+/gu, ' ').slice(0, 500);
    await this.client.$executeRawUnsafe(PUT_ASIDE, consumer, id, payload, line);
  }

  /**
   * Tries a dead letter that somebody wants replayed; one that fails again is put aside again.
   *
   * @returns whether there was one
   */
  async replay(effect: Effect): Promise<boolean> {
    let next: Delivery | undefined;
    try {
      return await this.client.$transaction(async (transaction) => {
        [next] = await transaction.$queryRawUnsafe<Delivery[]>(NEXT_REPLAY);
        if (!next) return false;
        await handleIn(transaction, next, effect);
        await transaction.$executeRawUnsafe(DISCARD, next.consumer, next.id);
        return true;
      });
    } catch (error) {
      if (next) await this.putAside(next, String(error));
      throw error;
    }
  }

  async sweep(): Promise<void> {
    while ((await this.client.$executeRawUnsafe(SWEEP)) === SWEPT_AT_ONCE);
  }
}

async function handleIn(transaction: SqlTransaction, delivery: Delivery, effect: Effect): Promise<void> {
  // Whoever handles the same event at this moment is waited for: behind it, this is none of ours.
  const isNew = (await transaction.$executeRawUnsafe(REMEMBER, delivery.consumer, delivery.id)) === 1;
  if (isNew) await effect(delivery, transaction);
}
