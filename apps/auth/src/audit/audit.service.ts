import { problem } from '@citadel/contracts';
import { Injectable } from '@nestjs/common';

import { PrismaClient } from '../generated/prisma/client.js';
import { toPublicEvent } from './audit-event.js';

export interface EventQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly type?: string | undefined;
  readonly subject?: string | undefined;
}

/** Reads the audit trail. It is written where the things happen, in their transactions. */
@Injectable()
export class AuditService {
  constructor(private readonly prisma: PrismaClient) {}

  async list({ limit, cursor, type, subject }: EventQuery) {
    const before = cursor === undefined ? {} : { id: { lt: parseCursor(cursor) } };
    const where = { ...before, ...(type ? { type } : {}), ...(subject ? { subject } : {}) };
    // One more than asked for: whether there is a next page is then known without counting.
    const rows = await this.prisma.event.findMany({ where, orderBy: { id: 'desc' }, take: limit + 1 });
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    return { items: items.map(toPublicEvent), nextCursor: rows.length > limit && last ? String(last.id) : null };
  }
}

function parseCursor(cursor: string): bigint {
  if (!/^\d{1,18}$/.test(cursor)) {
    throw problem('invalid-request', {
      errors: [{ in: 'query', path: '/cursor', message: 'is not a cursor of ours' }],
    });
  }
  return BigInt(cursor);
}
