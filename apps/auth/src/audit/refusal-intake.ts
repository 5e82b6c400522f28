import { isDatabaseUnavailable } from '@citadel/platform';
import { Injectable, Logger } from '@nestjs/common';
import { z } from 'zod';

import { PrismaClient } from '../generated/prisma/client.js';
import { PublicationService, type StoredMessage } from '../publication/publication.service.js';

/** What a service publishes about a refusal; it comes over the wire, so it is checked like anything else. */
const Refused = z.object({
  decision: z.uuid(),
  code: z.string().max(64),
  entrance: z.string().max(300),
  rule: z.string().max(500),
  claims: z.record(z.string(), z.unknown()),
  subject: z.string().max(255).optional(),
  sessionId: z.uuid().optional(),
  address: z.string().max(64).optional(),
  traceId: z.string().max(32).optional(),
  requestId: z.string().max(64).optional(),
  occurredAt: z.iso.datetime(),
});

/** What a service publishes about the refusals of one caller that were too many to write down one by one. */
const Counted = z.object({
  decision: z.uuid(),
  count: z.int().min(1),
  refusals: z.record(z.string().max(400), z.int().min(1)),
  subject: z.string().max(255).optional(),
  network: z.string().max(64).optional(),
  since: z.iso.datetime(),
  occurredAt: z.iso.datetime(),
});

/** Takes the refusals of all services into the audit trail, where an administrator finds them by their decision id. */
@Injectable()
export class RefusalIntake {
  private readonly logger = new Logger(RefusalIntake.name);

  constructor(
    private readonly prisma: PrismaClient,
    private readonly publication: PublicationService,
  ) {}

  /** Takes what has come, waiting a moment for more. @returns how many were taken */
  take(): Promise<number> {
    return this.publication.takeRefusals(async (message) => {
      const row = rowFrom(message);
      if (row) await this.store(row);
    });
  }

  private async store(row: NonNullable<ReturnType<typeof rowFrom>>): Promise<void> {
    try {
      // The decision is the event's id: what is delivered again after a crash is there already.
      await this.prisma.event.createMany({ data: [row], skipDuplicates: true });
    } catch (error) {
      if (isDatabaseUnavailable(error)) throw error;
      // What PostgreSQL will never take (a NUL, a year 0) must not come back forever and keep the others waiting.
      this.logger.warn(`A refusal that ${row.service} reported cannot be stored and is skipped: ${String(error)}`);
    }
  }
}

function rowFrom(message: StoredMessage) {
  const value = parse(message);
  const counted = Counted.safeParse(value);
  if (counted.success) return rowOfCount(message, counted.data);
  const refused = Refused.safeParse(value);
  return refused.success ? rowOfRefusal(message, refused.data) : undefined;
}

function rowOfRefusal(message: StoredMessage, refused: z.output<typeof Refused>) {
  const { sessionId, address, code, entrance, rule, claims, traceId, requestId } = refused;
  const detail = { code, entrance, rule, claims, traceId, requestId };
  return {
    ...commonOf(message, refused),
    type: 'access-refused',
    session: sessionId ?? null,
    address: address ?? null,
    detail: plain(detail),
  };
}

function rowOfCount(message: StoredMessage, counted: z.output<typeof Counted>) {
  const { network, count, refusals, since } = counted;
  return {
    ...commonOf(message, counted),
    type: 'refusals-counted',
    address: network ?? null,
    detail: plain({ count, refusals, since }),
  };
}

const commonOf = (
  message: StoredMessage,
  {
    decision,
    subject,
    occurredAt,
  }: { readonly decision: string; readonly subject?: string | undefined; readonly occurredAt: string },
) => ({
  eventId: decision,
  outcome: 'failure' as const,
  actor: subject ?? null,
  subject: subject ?? null,
  // From the subject, which NATS lets each service use for itself alone, not from what the message claims.
  service: message.subject.split('.')[1] ?? 'unknown',
  occurredAt: new Date(occurredAt),
  // It came from the stream; it must not be published there again.
  publishedAt: new Date(),
});

/** Without the members that are undefined, as Prisma wants it. */
const plain = (detail: object) => JSON.parse(JSON.stringify(detail)) as object;

function parse(message: StoredMessage): unknown {
  try {
    return message.json();
  } catch {
    return undefined;
  }
}
