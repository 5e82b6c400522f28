import type { Revocation } from '@citadel/auth';
import { revocationKey, revocationOf } from '@citadel/auth/nats';
import { problem } from '@citadel/contracts';
import { Injectable, Logger } from '@nestjs/common';

import { Prisma, PrismaClient } from '../generated/prisma/client.js';
import { PublicationService } from '../publication/publication.service.js';
import { REVOCATION_RETENTION } from './revocation-row.js';

export type Transaction = Prisma.TransactionClient;

/** Revokes tokens: first in the database, then in every service's memory. What a crash leaves undone is found and done. */
@Injectable()
export class RevocationsService {
  private readonly logger = new Logger(RevocationsService.name);

  constructor(
    private readonly prisma: PrismaClient,
    private readonly publication: PublicationService,
  ) {}

  /**
   * Makes a change and the revocations that follow from it, in one transaction; then tells every service.
   *
   * @param change - does the work and says what it revokes
   * @throws Problem `service-unavailable` if the change is committed but the services cannot be told yet; they will be
   */
  async revoke(change: (transaction: Transaction) => Promise<readonly Revocation[]>): Promise<void> {
    const revocations = await this.prisma.$transaction(async (transaction) => {
      const made = await change(transaction);
      for (const revocation of made) await this.store(transaction, revocation);
      return made;
    });
    try {
      for (const revocation of revocations) await this.publish(revocationKey(revocation));
    } catch (cause) {
      const detail = 'The revocation is stored and will take effect as soon as the message bus can be reached';
      throw problem('service-unavailable', { detail, retryAfter: 1, cause });
    }
  }

  /** Publishes what is stored but not in the bucket: after a crash in between, or when the bucket was lost. */
  async reconcile(): Promise<void> {
    await this.prisma.revocation.deleteMany({ where: { expiresAt: { lt: new Date() } } });
    const published = await this.publication.publishedRevocations();
    const stored = await this.prisma.revocation.findMany();
    const missing = stored.filter(({ key, generation }) => {
      const revocation = revocationOf(key, generation);
      return revocation && published.get(key) !== this.publication.valueOfRevocation(revocation);
    });
    for (const { key } of missing) await this.publish(key);
    await this.publication.completeRevocations();
    if (missing.length > 0)
      this.logger.log(`Published ${String(missing.length)} revocations that were stored but not yet known to all`);
  }

  private async store(transaction: Transaction, revocation: Revocation): Promise<void> {
    const key = revocationKey(revocation);
    const generation = 'generation' in revocation ? revocation.generation : null;
    const expiresAt = new Date(Date.now() + REVOCATION_RETENTION * 1000);
    const row = { generation, expiresAt, publishedAt: null };
    await transaction.revocation.upsert({ where: { key }, create: { key, ...row }, update: row });
  }

  /** Under the row's lock: of two generations published at once, the higher must be the one that stays. */
  private async publish(key: string): Promise<void> {
    await this.prisma.$transaction(async (transaction) => {
      const rows = await transaction.$queryRaw<{ generation: number | null }[]>(
        Prisma.sql`SELECT generation FROM revocations WHERE key = ${key} FOR UPDATE`,
      );
      const revocation = rows[0] && revocationOf(key, rows[0].generation);
      if (!revocation) return;
      await this.publication.publishRevocation(revocation);
      await transaction.revocation.update({ where: { key }, data: { publishedAt: new Date() } });
    });
  }
}
