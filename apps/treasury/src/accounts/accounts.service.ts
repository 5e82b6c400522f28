import type { Principal } from '@citadel/auth';
import { problem, type treasury } from '@citadel/contracts';
import type { MessageOf, ReplyOf } from '@citadel/protocol';
import { olderThan, pageOf } from '@citadel/platform';
import { Injectable } from '@nestjs/common';
import { Pool } from 'pg';

import { type Account, PrismaClient } from '../generated/prisma/client.js';
import { maySee, visibleTo } from './account-policy.js';

type AccountReply = ReplyOf<typeof treasury.findAccount>;

@Injectable()
export class AccountsService {
  constructor(
    private readonly prisma: PrismaClient,
    private readonly pool: Pool,
  ) {}

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
    const { rows } = await this.pool.query<AccountRow>({ name: 'account', text: ACCOUNT, values: [id] });
    const [account] = rows;
    if (!account || !maySee(account, user)) throw problem('account-not-found');
    return toReply(account);
  }
}

/** Through the driver itself, as in the ledger: Prisma takes a multiple of the time for one row. */
const ACCOUNT = `
  SELECT id, owner_id AS "ownerId", name, currency, kind, balance, state, created_at AS "createdAt" FROM accounts WHERE id = $1`;

/** The driver hands over a bigint as a text. */
type AccountRow = Omit<Account, 'balance' | 'lastBookedAt'> & { readonly balance: bigint | string };

/** A balance fits a JSON number exactly: the database keeps it within ±9·10^15. */
export function toReply(row: AccountRow): AccountReply {
  const { id, ownerId, name, currency, kind, balance, state, createdAt } = row;
  return { id, ownerId, name, currency, kind, balance: Number(balance), state, createdAt: createdAt.toISOString() };
}
