import { revocationKey, revocationOf } from '@citadel/auth/nats';
import { problem } from '@citadel/contracts';
import { Inject, Injectable, Logger } from '@nestjs/common';

import { AUTH_CONFIG, type AuthConfig } from '../auth.config.js';
import { Prisma, PrismaClient } from '../generated/prisma/client.js';
import { PublicationService } from '../publication/publication.service.js';
import { collapse, NAMED_PER_USER, type Order } from './owned-revocations.js';
import { REVOCATION_RETENTION } from './revocation-row.js';

export type Transaction = Prisma.TransactionClient;

/** Rows that are published, or forgotten, in one transaction. */
const BATCH = 1_000;

/** Revokes tokens: first in the database, then in every service's memory. What a crash leaves undone is found and done. */
@Injectable()
export class RevocationsService {
  private readonly logger = new Logger(RevocationsService.name);
  private isBucketFull = false;

  constructor(
    private readonly prisma: PrismaClient,
    private readonly publication: PublicationService,
    @Inject(AUTH_CONFIG) private readonly config: AuthConfig,
  ) {}

  /**
   * Makes a change and the revocations that follow from it, in one transaction; then tells every service.
   *
   * A user of whom many tokens and sessions are refused already gets one entry for all of their tokens instead; so does
   * every user while the bucket holds as many entries as it should.
   *
   * @param change - does the work and says what it revokes
   * @throws Problem `service-unavailable` if the change is committed but the services cannot be told yet; they will be
   */
  async revoke(change: (transaction: Transaction) => Promise<readonly Order[]>): Promise<void> {
    const keys = await this.prisma.$transaction(async (transaction) => {
      const atMost = this.isBucketFull ? 0 : NAMED_PER_USER;
      const orders = await collapse(transaction, await change(transaction), atMost);
      for (const order of orders) await this.store(transaction, order);
      return orders.map(revocationKey);
    });
    try {
      if (keys.length > 0) await this.publish(Prisma.sql`key IN (${Prisma.join(keys)}) ORDER BY key FOR UPDATE`);
    } catch (cause) {
      const detail = 'The revocation is stored and will take effect as soon as the message bus can be reached';
      throw problem('service-unavailable', { detail, retryAfter: 1, cause });
    }
  }

  /** Publishes what is stored but not in the bucket: after a crash in between, or when the bucket was lost. */
  async reconcile(): Promise<void> {
    await this.forgetExpired();
    const { id, entries, isComplete } = await this.publication.revocationBucket();
    this.isBucketFull = entries >= this.config.REVOCATIONS_AT_MOST;
    // Both sides of an index; `<>` would read the whole table to find that there is nothing to do.
    const missing = Prisma.sql`(published_in IS NULL OR published_in < ${id} OR published_in > ${id})`;
    let published = 0;
    for (let last = BATCH; last === BATCH; published += last) {
      last = await this.publish(Prisma.sql`${missing} LIMIT ${BATCH} FOR UPDATE SKIP LOCKED`, id);
    }
    if (published > 0) this.logger.log(`Published ${published} revocations that were stored but not yet known to all`);
    if (isComplete) return;
    // What another replica holds at this moment is not in the bucket yet; the next turn looks again.
    const [left] = await this.prisma.$queryRaw<unknown[]>(
      Prisma.sql`SELECT 1 FROM revocations WHERE ${missing} LIMIT 1`,
    );
    if (!left) await this.publication.completeRevocations(id);
  }

  private async store(transaction: Transaction, order: Order): Promise<void> {
    const key = revocationKey(order);
    const generation = 'generation' in order ? order.generation : null;
    const expiresAt = new Date(Date.now() + REVOCATION_RETENTION * 1000);
    const row = { generation, owner: order.owner ?? null, expiresAt, publishedIn: null };
    await transaction.revocation.upsert({ where: { key }, create: { key, ...row }, update: row });
  }

  /**
   * Publishes the rows that a condition selects and locks: of two generations published at once, the higher must be the
   * one that stays.
   *
   * @param into - the bucket that they are written down for; the one that was last seen, if left out
   * @returns how many there were
   */
  private publish(condition: Prisma.Sql, into?: string): Promise<number> {
    return this.prisma.$transaction(async (transaction) => {
      const rows = await transaction.$queryRaw<{ key: string; generation: number | null }[]>(
        Prisma.sql`SELECT key, generation FROM revocations WHERE ${condition}`,
      );
      const revocations = rows
        .map(({ key, generation }) => revocationOf(key, generation))
        .filter((row) => row !== undefined);
      const bucket = await this.publication.publishRevocations(revocations);
      await transaction.revocation.updateMany({
        where: { key: { in: rows.map(({ key }) => key) } },
        data: { publishedIn: into ?? bucket },
      });
      return rows.length;
    });
  }

  private async forgetExpired(): Promise<void> {
    for (let last = BATCH; last === BATCH;) {
      last = await this.prisma.$executeRaw(Prisma.sql`
        DELETE FROM revocations WHERE key IN (
          SELECT key FROM revocations WHERE expires_at < now() LIMIT ${BATCH} FOR UPDATE SKIP LOCKED)`);
    }
  }
}
