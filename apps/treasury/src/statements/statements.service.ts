import type { Principal } from '@citadel/auth';
import type { treasury } from '@citadel/contracts';
import type { MessageOf, ReplyOf } from '@citadel/protocol';
import { Injectable } from '@nestjs/common';
import { Pool } from 'pg';

import { AccountsService } from '../accounts/accounts.service.js';

type StatementReply = ReplyOf<typeof treasury.listPostings>;

/** Moments are microseconds since 1970: a `Date` has milliseconds, and of those an account may have several postings. */
const POSTINGS = `
  SELECT posting.transfer_id AS "transferId", posting.amount, posting.balance, other.account_id AS counterparty, transfers.memo,
         posting.booked_at AS "bookedAt", (extract(epoch FROM posting.booked_at) * 1000000)::bigint AS position
  FROM postings posting
  JOIN transfers ON transfers.id = posting.transfer_id
  JOIN postings other ON other.transfer_id = posting.transfer_id AND other.account_id <> posting.account_id
  WHERE posting.account_id = $1
    AND posting.booked_at >= 'epoch'::timestamptz + $2::bigint * interval '1 microsecond'
    AND posting.booked_at < 'epoch'::timestamptz + $3::bigint * interval '1 microsecond'
  ORDER BY posting.booked_at DESC LIMIT $4`;

/** The driver hands over a bigint as a text. */
interface Row {
  readonly transferId: string;
  readonly amount: string;
  readonly balance: string;
  readonly counterparty: string;
  readonly memo: string | null;
  readonly bookedAt: Date;
  readonly position: string;
}

/** What moved on an account. */
@Injectable()
export class StatementsService {
  constructor(
    private readonly accounts: AccountsService,
    private readonly pool: Pool,
  ) {}

  /** @throws Problem `account-not-found`, also for an account that the user may not see */
  async list(request: MessageOf<typeof treasury.listPostings>, user: Principal): Promise<StatementReply> {
    const { id, limit, cursor, from, until } = request;
    await this.accounts.find(id, user);
    const notBefore = microseconds(from) ?? 0;
    const before = Math.min(
      ...[cursor && Number(cursor), microseconds(until)].filter(isNumber),
      Number.MAX_SAFE_INTEGER,
    );
    const values = [id, notBefore, before, limit + 1];
    const { rows } = await this.pool.query<Row>({ name: 'postings', text: POSTINGS, values });
    const items = rows.slice(0, limit);
    return { items: items.map(toReply), nextCursor: rows.length > limit ? (items.at(-1)?.position ?? null) : null };
  }
}

const isNumber = (value: unknown): value is number => typeof value === 'number';

const microseconds = (time: string | undefined) => (time === undefined ? undefined : Date.parse(time) * 1000);

const toReply = ({
  transferId,
  amount,
  balance,
  counterparty,
  memo,
  bookedAt,
}: Row): StatementReply['items'][number] => ({
  transferId,
  amount: Number(amount),
  balance: Number(balance),
  counterparty,
  memo,
  bookedAt: bookedAt.toISOString(),
});
