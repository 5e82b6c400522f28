import { randomUUID } from 'node:crypto';
import type { Principal } from '@citadel/auth';
import { problem, type treasury } from '@citadel/contracts';
import type { MessageOf, ReplyOf } from '@citadel/protocol';
import { Injectable } from '@nestjs/common';

import { PrismaClient } from '../generated/prisma/client.js';
import { Ledger } from './ledger.js';
import { verdictOn } from './transfer-policy.js';

type TransferRequest = MessageOf<typeof treasury.transfer>;
type TransferReply = ReplyOf<typeof treasury.transfer>;

@Injectable()
export class TransfersService {
  constructor(
    private readonly prisma: PrismaClient,
    private readonly ledger: Ledger,
  ) {}

  async transfer(request: TransferRequest, user: Principal): Promise<TransferReply> {
    const { id = randomUUID(), from, to, amount, memo = null } = request;
    const currency = await this.currencyBetween(from, to, user);
    const wanted = { id, from, to, amount, currency, memo, createdBy: user.id };

    const result = await this.ledger.book({ ...wanted, amount: BigInt(amount) });
    if (result.outcome === 'booked') return { ...wanted, createdAt: result.createdAt.toISOString() };

    // A refusal may come from this very transfer, sent twice at once: the first took the money that the second missed.
    const earlier = await this.find(id);
    if (earlier && isSame(earlier, wanted)) return earlier;
    if (earlier || result.outcome === 'id-taken') throw problem('transfer-id-taken');
    throw problem(result.outcome);
  }

  /** The currency in which this user may move money between these accounts. */
  private async currencyBetween(from: string, to: string, user: Principal): Promise<TransferReply['currency']> {
    const [source, target] = await this.ledger.sides(from, to);
    const verdict = verdictOn(source, target, user);
    if ('refusal' in verdict) throw problem(verdict.refusal);
    return verdict.currency;
  }

  private async find(id: string): Promise<TransferReply | undefined> {
    const transfer = await this.prisma.transfer.findUnique({
      where: { id },
      include: { postings: { orderBy: { amount: 'asc' } } },
    });
    const [debit, credit] = transfer?.postings ?? [];
    if (!transfer || !debit || !credit) return undefined;
    const { currency, memo, createdBy, createdAt } = transfer;
    return {
      id,
      from: debit.accountId,
      to: credit.accountId,
      amount: Number(credit.amount),
      currency,
      memo,
      createdBy,
      createdAt: createdAt.toISOString(),
    };
  }
}

type Content = Omit<TransferReply, 'createdAt'>;

const isSame = (one: Content, other: Content) =>
  (['from', 'to', 'amount', 'memo', 'createdBy'] as const).every((key) => one[key] === other[key]);
