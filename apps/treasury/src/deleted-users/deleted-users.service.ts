import { authEvents } from '@citadel/contracts';
import { Consumes } from '@citadel/platform';
import type { EventOf } from '@citadel/protocol';
import { Injectable } from '@nestjs/common';

import { PrismaClient } from '../generated/prisma/client.js';

const AT_ONCE = 1_000;

/** The money of a user who was deleted stays where it is until somebody of the treasury decides. */
@Injectable()
export class DeletedUsersService {
  constructor(private readonly prisma: PrismaClient) {}

  /** In statements of their own, however many accounts there are: a frozen account stays frozen when this begins again. */
  @Consumes(authEvents.userDeleted)
  async freezeAccounts({ subject }: EventOf<typeof authEvents.userDeleted>): Promise<void> {
    while ((await this.freezeSome(subject)) === AT_ONCE);
  }

  private freezeSome(ownerId: string): Promise<number> {
    return this.prisma.$executeRaw`UPDATE accounts SET state = 'frozen' WHERE id IN (
      SELECT id FROM accounts WHERE owner_id = ${ownerId}::uuid AND state = 'open' ORDER BY id LIMIT ${AT_ONCE}
      FOR NO KEY UPDATE)`;
  }
}
