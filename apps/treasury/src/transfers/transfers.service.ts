import { randomUUID } from 'node:crypto';
import type { Principal } from '@citadel/auth';
import { problem, type treasury } from '@citadel/contracts';
import type { MessageOf } from '@citadel/protocol';
import { Injectable } from '@nestjs/common';

import { PrismaClient } from '../generated/prisma/client.js';
import { Ledger } from './ledger.js';
import { TransferReader, type TransferReply } from './transfer-reader.js';
import { verdictOn, verdictOnDraw } from './transfer-policy.js';

type TransferRequest = MessageOf<typeof treasury.transfer>;
type DrawRequest = MessageOf<typeof treasury.drawFromVault>;

@Injectable()
export class TransfersService {
  constructor(
    private readonly prisma: PrismaClient,
    private readonly ledger: Ledger,
    private readonly reader: TransferReader,
  ) {}

  async transfer(request: TransferRequest, user: Principal): Promise<TransferReply> {
    const verdict = verdictOn(...(await this.ledger.sides(request.from, request.to)), user);
    if ('refusal' in verdict) throw problem(verdict.refusal);
    return this.book(request, verdict.currency, user);
  }

  /** Issues money: the vault of the account's currency owes it from now on. */
  async draw(request: DrawRequest, user: Principal): Promise<TransferReply> {
    const to = await this.prisma.account.findUnique({ where: { id: request.to } });
    const verdict = verdictOnDraw(to ?? undefined, user);
    if ('refusal' in verdict) throw problem(verdict.refusal);
    const { currency } = verdict;
    const vault = await this.prisma.account.findFirstOrThrow({ where: { kind: 'vault', currency } });
    return this.book({ ...request, from: vault.id }, currency, user);
  }

  private async book(
    request: TransferRequest,
    currency: TransferReply['currency'],
    user: Principal,
  ): Promise<TransferReply> {
    const { id = randomUUID(), from, to, amount, memo = null } = request;
    const wanted = { id, from, to, amount, currency, memo, createdBy: user.id };
    const result = await this.ledger.book({ ...wanted, amount: BigInt(amount) });
    if (result.outcome === 'booked') return { ...wanted, createdAt: result.createdAt.toISOString() };

    // A refusal may come from this very transfer, sent twice at once: the first took the money that the second missed.
    const earlier = await this.reader.byId(id);
    if (earlier && isSame(earlier, wanted)) return earlier;
    if (earlier || result.outcome === 'id-taken') throw problem('transfer-id-taken');
    throw problem(result.outcome);
  }
}

type Content = Omit<TransferReply, 'createdAt'>;

const isSame = (one: Content, other: Content) =>
  (['from', 'to', 'amount', 'memo', 'createdBy'] as const).every((key) => one[key] === other[key]);
