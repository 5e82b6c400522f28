import { OutboxRelay, type OutboxTable } from '@citadel/platform';
import { Inject, Injectable } from '@nestjs/common';

import { AUTH_CONFIG, type AuthConfig } from '../auth.config.js';
import { Prisma, PrismaClient } from '../generated/prisma/client.js';
import { PublicationService } from '../publication/publication.service.js';
import { toPublicEvent } from './audit-event.js';

/** The audit trail as an outbox: its rows stay, and are marked. */
const trailOf = (prisma: PrismaClient): OutboxTable<Prisma.TransactionClient> => ({
  transact: (work) => prisma.$transaction(work),
  async take(transaction, atMost) {
    const rows = await transaction.$queryRaw<{ id: bigint }[]>(
      Prisma.sql`SELECT id FROM events WHERE published_at IS NULL ORDER BY id LIMIT ${atMost} FOR UPDATE SKIP LOCKED`,
    );
    const ids = rows.map(({ id }) => id);
    const events = await transaction.event.findMany({ where: { id: { in: ids } }, orderBy: { id: 'asc' } });
    return events.map((event) => ({
      id: event.eventId,
      subject: `events.auth.${event.type}`,
      payload: toPublicEvent(event),
    }));
  },
  settle: (transaction, ids) =>
    transaction.event.updateMany({ where: { eventId: { in: [...ids] } }, data: { publishedAt: new Date() } }),
});

/**
 * Publishes what the audit trail holds to JetStream, in its order and once: the stream drops what it knows the id of, and is
 * read before anything older is published.
 */
@Injectable()
export class Outbox {
  private readonly outbox: OutboxRelay<Prisma.TransactionClient>;
  private readonly window: number;
  private comparedAt = 0;

  constructor(
    private readonly prisma: PrismaClient,
    private readonly publication: PublicationService,
    @Inject(AUTH_CONFIG) config: Pick<AuthConfig, 'EVENT_DUPLICATE_WINDOW'>,
  ) {
    this.window = config.EVENT_DUPLICATE_WINDOW * 1_000;
    this.outbox = new OutboxRelay(trailOf(prisma), (message) => publication.publishEvent(message));
  }

  /** @returns how many events were published */
  async relay(): Promise<number> {
    await this.markWhatIsStored();
    return this.outbox.relay();
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
