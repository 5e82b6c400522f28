import { Inject, Injectable } from '@nestjs/common';

import { AUTH_CONFIG, type AuthConfig } from '../auth.config.js';
import { Prisma, PrismaClient } from '../generated/prisma/client.js';
import { PublicationService } from '../publication/publication.service.js';
import { toPublicEvent } from './audit-event.js';

const BATCH = 100;
/** Milliseconds: well within a transaction's time, so that what was published is marked even when NATS is slow. */
const TURN = 2_000;

/**
 * Publishes what the audit trail holds to JetStream, in its order and once. A row is marked only after the stream has
 * stored it. A process that is killed in between leaves it to the next turn, which publishes it again under the same id:
 * the stream drops that for as long as it knows the id, and is read before anything older is published.
 */
@Injectable()
export class Outbox {
  private readonly window: number;
  private comparedAt = 0;

  constructor(
    private readonly prisma: PrismaClient,
    private readonly publication: PublicationService,
    @Inject(AUTH_CONFIG) config: Pick<AuthConfig, 'EVENT_DUPLICATE_WINDOW'>,
  ) {
    this.window = config.EVENT_DUPLICATE_WINDOW * 1_000;
  }

  /** @returns how many events were published */
  async relay(): Promise<number> {
    await this.markWhatIsStored();
    return this.prisma.$transaction(async (transaction) => {
      // Another replica's batch is skipped, not waited for.
      const rows = await transaction.$queryRaw<{ id: bigint }[]>(
        Prisma.sql`SELECT id FROM events WHERE published_at IS NULL ORDER BY id LIMIT ${BATCH} FOR UPDATE SKIP LOCKED`,
      );
      const ids = rows.map(({ id }) => id);
      const events = await transaction.event.findMany({ where: { id: { in: ids } }, orderBy: { id: 'asc' } });
      const deadline = performance.now() + TURN;
      const published: bigint[] = [];
      for (const event of events) {
        if (performance.now() > deadline) break;
        await this.publication.publishEvent(event.type, event.eventId, toPublicEvent(event));
        published.push(event.id);
      }
      if (published.length > 0)
        await transaction.event.updateMany({ where: { id: { in: published } }, data: { publishedAt: new Date() } });
      return published.length;
    });
  }

  /**
   * Marks what the stream holds already, when the oldest event that waits may have been published so long ago that the
   * stream has forgotten its id. Once in half a window is enough: what was tried since then is known to the stream.
   */
  private async markWhatIsStored(): Promise<void> {
    const now = Date.now();
    if (!this.isOld(this.comparedAt, now)) return;
    const waiting = { publishedAt: null };
    const oldest = await this.prisma.event.findFirst({
      where: waiting,
      orderBy: { id: 'asc' },
      select: { occurredAt: true },
    });
    if (!oldest || !this.isOld(oldest.occurredAt.getTime(), now)) return;
    // The stream has a clock of its own.
    const since = new Date(oldest.occurredAt.getTime() - this.window);
    await this.publication.storedEvents(since, (ids) =>
      this.prisma.event.updateMany({ where: { ...waiting, eventId: { in: ids } }, data: { publishedAt: new Date() } }),
    );
    this.comparedAt = now;
  }

  private isOld(moment: number, now: number): boolean {
    return now - moment > this.window / 2;
  }
}
