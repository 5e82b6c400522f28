import { holds, type Principal } from '@citadel/auth';
import { problem, type treasury } from '@citadel/contracts';
import type { MessageOf, ReplyOf } from '@citadel/protocol';
import { pageOf } from '@citadel/platform';
import { Injectable } from '@nestjs/common';
import { Pool } from 'pg';

export type TransferReply = ReplyOf<typeof treasury.findTransfer>;

const TRANSFERS = `
  SELECT t.id, debit.account_id AS "from", credit.account_id AS "to", credit.amount, t.currency, t.memo,
         t.created_by AS "createdBy", t.created_at AS "createdAt"
  FROM transfers t
  JOIN postings debit ON debit.transfer_id = t.id AND debit.amount < 0
  JOIN postings credit ON credit.transfer_id = t.id AND credit.amount > 0`;

const ONE = `${TRANSFERS} WHERE t.id = $1`;

/** Whether one of these accounts is the user's. */
const IS_PARTY = 'SELECT 1 FROM accounts WHERE id IN ($1, $2) AND owner_id = $3';

const page = (of: string) => `
  ${TRANSFERS}
  WHERE ${of} AND ($1::uuid IS NULL OR (t.created_at, t.id) < (SELECT created_at, id FROM transfers WHERE id = $1))
  ORDER BY t.created_at DESC, t.id DESC LIMIT $2`;
const LISTS = {
  own: { name: 'own-transfers', text: page('t.created_by = $3') },
  all: { name: 'all-transfers', text: page('true') },
};

interface Row extends Omit<TransferReply, 'amount' | 'createdAt'> {
  /** The driver hands over a bigint as a text. */
  readonly amount: string;
  readonly createdAt: Date;
}

/** Shows transfers to those who ordered them, took part in them, or may see all accounts. */
@Injectable()
export class TransferReader {
  constructor(private readonly pool: Pool) {}

  async byId(id: string): Promise<TransferReply | undefined> {
    const { rows } = await this.pool.query<Row>({ name: 'transfer', text: ONE, values: [id] });
    return rows.map(toReply)[0];
  }

  /** @throws Problem `transfer-not-found`, also where the user has nothing to do with it, so that ids cannot be tried out */
  async find(id: string, user: Principal): Promise<TransferReply> {
    const transfer = await this.byId(id);
    if (!transfer || !(await this.maySee(transfer, user))) throw problem('transfer-not-found');
    return transfer;
  }

  /** Those that the user ordered: what others sent them stands in the statements of their accounts. */
  async list({ limit, cursor }: MessageOf<typeof treasury.listTransfers>, user: Principal) {
    const query = seesAll(user)
      ? { ...LISTS.all, values: [cursor ?? null, limit + 1] }
      : { ...LISTS.own, values: [cursor ?? null, limit + 1, user.id] };
    const { rows } = await this.pool.query<Row>(query);
    return pageOf(rows.map(toReply), limit);
  }

  private async maySee({ from, to, createdBy }: TransferReply, user: Principal): Promise<boolean> {
    if (createdBy === user.id || seesAll(user)) return true;
    const { rowCount } = await this.pool.query({ name: 'party', text: IS_PARTY, values: [from, to, user.id] });
    return rowCount !== 0;
  }
}

const seesAll = (user: Principal) => holds(user, 'treasury:accounts:read-any');

const toReply = ({ id, from, to, amount, currency, memo, createdBy, createdAt }: Row): TransferReply => ({
  id,
  from,
  to,
  amount: Number(amount),
  currency,
  memo,
  createdBy,
  createdAt: createdAt.toISOString(),
});
