import type { Principal } from '@citadel/auth';
import { problem, type treasury } from '@citadel/contracts';
import type { MessageOf, ReplyOf } from '@citadel/protocol';
import { olderThan, pageOf } from '@citadel/platform';
import { Injectable } from '@nestjs/common';

import { type Account, PrismaClient } from '../generated/prisma/client.js';
import { visibleTo } from './account-policy.js';

type AccountReply = ReplyOf<typeof treasury.findAccount>;

@Injectable()
export class AccountsService {
  constructor(private readonly prisma: PrismaClient) {}

  async open({ name, currency }: MessageOf<typeof treasury.openAccount>, user: Principal): Promise<AccountReply> {
    return toReply(await this.prisma.account.create({ data: { ownerId: user.id, name, currency } }));
  }

  async list({ limit, cursor, kind }: MessageOf<typeof treasury.listAccounts>, user: Principal) {
    const accounts = await this.prisma.account.findMany({
      where: { AND: [visibleTo(user), olderThan(cursor), kind ? { kind } : {}] },
      orderBy: { id: 'desc' },
      take: limit + 1,
    });
    return pageOf(accounts.map(toReply), limit);
  }

  /** Somebody else's account is not there, so that ids cannot be tried out. */
  async find(id: string, user: Principal): Promise<AccountReply> {
    const account = await this.prisma.account.findFirst({ where: { AND: [visibleTo(user), { id }] } });
    if (!account) throw problem('account-not-found');
    return toReply(account);
  }
}

/** A balance fits a JSON number exactly: the database keeps it within ±9·10^15. */
function toReply({ id, ownerId, name, currency, kind, balance, createdAt }: Account): AccountReply {
  return { id, ownerId, name, currency, kind, balance: Number(balance), createdAt: createdAt.toISOString() };
}
