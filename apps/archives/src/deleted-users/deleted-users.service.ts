import { authEvents } from '@citadel/contracts';
import { Consumes } from '@citadel/platform';
import type { EventOf } from '@citadel/protocol';
import { Injectable } from '@nestjs/common';

import { Prisma, PrismaClient } from '../generated/prisma/client.js';

const AT_ONCE = 200;

/**
 * What a user who was deleted had been granted is revoked, and what they owned goes to their successor. Without one it stays under
 * their id, which no longer identifies a person: others read it as before, and it cannot be changed.
 */
@Injectable()
export class DeletedUsersService {
  constructor(private readonly prisma: PrismaClient) {}

  @Consumes(authEvents.userDeleted)
  async settleDocuments(event: EventOf<typeof authEvents.userDeleted>, transaction: Prisma.TransactionClient) {
    const { subject, actor, detail } = event;
    // In statements of their own, however many documents there are: what has been handed over stays so when this begins again.
    if (detail.successor !== null) while ((await this.handSomeOver(subject, detail.successor)) === AT_ONCE);
    await transaction.documentGrant.updateMany({
      where: { userId: subject, revokedAt: null },
      data: { revokedBy: actor, revokedAt: new Date() },
    });
  }

  private async handSomeOver(owner: string, successor: string): Promise<number> {
    const [row] = await this.prisma.$queryRaw<{ count: number }[]>(
      Prisma.sql`SELECT hand_documents_over(${owner}::uuid, ${successor}::uuid, ${AT_ONCE}::int) AS count`,
    );
    return row?.count ?? 0;
  }
}
