import type { treasury } from '@citadel/contracts';
import type { ReplyOf } from '@citadel/protocol';
import { Injectable } from '@nestjs/common';

import { PrismaClient } from '../generated/prisma/client.js';

/** Of each kind: what all services say together has to fit into one message (2 MB), however long its texts are. */
const MOST = 200;

@Injectable()
export class ExportService {
  constructor(private readonly prisma: PrismaClient) {}

  async of(userId: string): Promise<ReplyOf<typeof treasury.exportMine>> {
    const newest = { take: MOST + 1 };
    const mine = { ownerId: userId };
    const [accounts, transfers, postings] = await Promise.all([
      this.prisma.account.findMany({ where: mine, orderBy: { id: 'desc' }, ...newest }),
      this.prisma.transfer.findMany({
        where: { createdBy: userId },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        ...newest,
      }),
      this.prisma.posting.findMany({
        where: { account: mine },
        orderBy: { bookedAt: 'desc' },
        include: { transfer: { select: { memo: true } } },
        ...newest,
      }),
    ]);
    return {
      accounts: accounts.slice(0, MOST).map(({ id, name, currency, state, balance, createdAt }) => ({
        ...{ id, name, currency, state, balance: Number(balance) },
        createdAt: createdAt.toISOString(),
      })),
      transfers: transfers.slice(0, MOST).map(({ id, currency, memo, createdAt }) => ({
        ...{ id, currency, memo },
        createdAt: createdAt.toISOString(),
      })),
      postings: postings.slice(0, MOST).map(({ transferId, accountId, amount, transfer, bookedAt }) => ({
        ...{ transferId, accountId, amount: Number(amount), memo: transfer.memo },
        bookedAt: bookedAt.toISOString(),
      })),
      isComplete: [accounts, transfers, postings].every(({ length }) => length <= MOST),
    };
  }
}
