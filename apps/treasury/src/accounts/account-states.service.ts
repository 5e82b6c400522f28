import { isOwner, isSecondPerson, type Principal } from '@citadel/auth';
import { problem, type treasury } from '@citadel/contracts';
import type { ReplyOf } from '@citadel/protocol';
import { Injectable } from '@nestjs/common';

import { type AccountState, PrismaClient } from '../generated/prisma/client.js';
import { toReply } from './accounts.service.js';

type AccountReply = ReplyOf<typeof treasury.findAccount>;

/** Freezes, releases and closes accounts. That no money moves meanwhile is for the database to keep. */
@Injectable()
export class AccountStatesService {
  constructor(private readonly prisma: PrismaClient) {}

  /**
   * Asked again, it changes nothing.
   *
   * @throws Problem `account-not-found`, `own-account`, or `account-not-open` for a closed one
   */
  async setFrozen(id: string, isFrozen: boolean, user: Principal): Promise<AccountReply> {
    const account = await this.prisma.account.findUnique({ where: { id, kind: 'customer' } });
    if (!account) throw problem('account-not-found');
    if (!isSecondPerson(user, account.ownerId)) throw problem('own-account');
    const state: AccountState = isFrozen ? 'frozen' : 'open';
    const [changed] = await this.prisma.account.updateManyAndReturn({
      where: { id, state: { not: 'closed' } },
      data: { state },
    });
    if (!changed) throw problem('account-not-open');
    return toReply(changed);
  }

  /**
   * Closes an empty account of the user for good. Asked again, it changes nothing.
   *
   * @throws Problem `account-not-found`, `account-not-open` for a frozen one, or `account-not-empty`
   */
  async close(id: string, user: Principal): Promise<AccountReply> {
    const [closed] = await this.prisma.account.updateManyAndReturn({
      where: { id, ownerId: user.id, state: 'open', balance: 0 },
      data: { state: 'closed' },
    });
    if (closed) return toReply(closed);
    const account = await this.prisma.account.findUnique({ where: { id } });
    if (!account || !isOwner(user, account)) throw problem('account-not-found');
    if (account.state === 'closed') return toReply(account);
    throw problem(account.state === 'frozen' ? 'account-not-open' : 'account-not-empty');
  }
}
