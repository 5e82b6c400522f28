import { Injectable } from '@nestjs/common';
import { RpcException } from '@nestjs/microservices';
import pg from 'pg';

import { settings } from './settings.js';

const ACCOUNT = `
  SELECT id, owner_id AS "ownerId", name, currency, kind, balance, state, created_at AS "createdAt" FROM accounts WHERE id = $1`;

interface Account {
  readonly ownerId: string | null;
  readonly balance: string;
}

/** The treasury's own read: the same prepared statement on the same driver, with as many connections. */
@Injectable()
export class Accounts {
  private readonly pool = new pg.Pool({ ...settings.database, max: 10, idleTimeoutMillis: 30_000 });

  /** @param user - whose account it must be; nobody is asked for if left out */
  async find(id: string, user?: string) {
    const { rows } = await this.pool.query<Account>({ name: 'account', text: ACCOUNT, values: [id] });
    const [account] = rows;
    if (!account || (user !== undefined && account.ownerId !== user))
      throw new RpcException('There is no such account');
    return { ...account, balance: Number(account.balance) };
  }
}
