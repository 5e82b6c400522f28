import type { Principal } from '@citadel/auth';
import type { auth } from '@citadel/contracts';
import type { ReplyOf } from '@citadel/protocol';
import { Injectable } from '@nestjs/common';

import { toPublicEvent } from '../audit/audit-event.js';
import { PrismaClient } from '../generated/prisma/client.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { UsersService } from '../users/users.service.js';
import { ArchivesClient, TreasuryClient } from './clients.js';

/** Of each kind: what all services say together has to fit into one message (2 MB), however long its texts are. */
const MOST = 200;

/** Gathers what all services hold about a user, each asked with the user's own token. */
@Injectable()
export class ExportService {
  constructor(
    private readonly prisma: PrismaClient,
    private readonly users: UsersService,
    private readonly sessions: SessionsService,
    private readonly treasury: TreasuryClient,
    private readonly archives: ArchivesClient,
  ) {}

  /** @throws Problem `service-unavailable` or `timeout` if one of them cannot be asked: an export that lacks a part is none */
  async of(user: Principal): Promise<ReplyOf<typeof auth.exportMe>> {
    const [me, { items: sessions }, events, treasury, archives] = await Promise.all([
      this.users.describe(user),
      this.sessions.list(user),
      this.prisma.event.findMany({ where: { subject: user.id }, orderBy: { id: 'desc' }, take: MOST + 1 }),
      this.treasury.exportMine({}),
      this.archives.exportMine({}),
    ]);
    return {
      exportedAt: new Date().toISOString(),
      me,
      sessions,
      events: events.slice(0, MOST).map((event) => toTheSubject(toPublicEvent(event), user.id)),
      isComplete: events.length <= MOST,
      treasury,
      archives,
    };
  }
}

/** Who did it and from where is about somebody else, unless it was the subject. */
function toTheSubject(event: ReturnType<typeof toPublicEvent>, subject: string) {
  return event.actor === subject ? event : { ...event, actor: null, session: null, address: null };
}
