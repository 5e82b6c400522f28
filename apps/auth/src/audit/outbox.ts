import { Injectable } from '@nestjs/common';

import { Prisma, PrismaClient } from '../generated/prisma/client.js';
import { PublicationService } from '../publication/publication.service.js';
import { told } from './audit-event.js';

const BATCH = 100;

/**
 * Publishes what the audit trail holds to JetStream, in its order and at least once: a row is marked only after the
 * stream has stored it, and a process that is killed in between publishes it again under the same id, which the stream
 * drops.
 */
@Injectable()
export class Outbox {
  constructor(
    private readonly prisma: PrismaClient,
    private readonly publication: PublicationService,
  ) {}

  /** @returns how many events were published */
  async relay(): Promise<number> {
    return this.prisma.$transaction(async (transaction) => {
      // Another replica's batch is skipped, not waited for.
      const rows = await transaction.$queryRaw<{ id: bigint }[]>(
        Prisma.sql`SELECT id FROM events WHERE published_at IS NULL ORDER BY id LIMIT ${BATCH} FOR UPDATE SKIP LOCKED`,
      );
      const ids = rows.map(({ id }) => id);
      const events = await transaction.event.findMany({ where: { id: { in: ids } }, orderBy: { id: 'asc' } });
      for (const event of events) await this.publication.publishEvent(event.type, event.eventId, told(event));
      if (ids.length > 0)
        await transaction.event.updateMany({ where: { id: { in: ids } }, data: { publishedAt: new Date() } });
      return ids.length;
    });
  }
}
