import { Id, line, operation, page, pageOf, service, Timestamp } from '@citadel/protocol';
import { z } from 'zod';

export const CURRENCIES = ['CHF', 'EUR', 'GBP', 'JPY', 'SEK', 'USD'] as const;

/** Minor units (cents) of a currency. A transfer moves at most 10^12 of them; a balance stays within ±9·10^15. */
const Amount = z.int().min(1).max(1_000_000_000_000);

export const Account = z.object({
  id: Id,
  ownerId: Id.nullable(),
  name: line(80),
  currency: z.enum(CURRENCIES),
  kind: z.enum(['customer', 'vault']),
  balance: z.int().describe('In minor units of the currency'),
  createdAt: Timestamp,
});

export const Transfer = z.object({
  id: Id,
  from: Id,
  to: Id,
  amount: Amount.describe('In minor units of the currency'),
  currency: z.enum(CURRENCIES),
  memo: line(140).nullable(),
  createdBy: Id,
  createdAt: Timestamp,
});

/** What a client says of any transfer. */
const order = {
  id: Id.optional().describe('Chosen by the client: the same id and content again is the same transfer'),
  to: Id,
  amount: Amount.describe('In minor units of the currency'),
  memo: line(140).optional(),
};

export const treasury = service('treasury', {
  openAccount: operation({
    summary: 'Open an account of your own',
    http: 'POST /v1/treasury/accounts',
    status: 201,
    body: { name: line(80), currency: z.enum(CURRENCIES) },
    response: Account,
  }),
  listAccounts: operation({
    summary: 'List your accounts; with treasury:accounts:read-any, everybody’s',
    http: 'GET /v1/treasury/accounts',
    query: { ...page, kind: z.enum(['customer', 'vault']).optional() },
    response: pageOf(Account),
  }),
  findAccount: operation({
    summary: 'See one account',
    http: 'GET /v1/treasury/accounts/{id}',
    params: { id: Id },
    response: Account,
    problems: ['account-not-found'],
  }),
  transfer: operation({
    summary: 'Move money from an account of yours to another one of its currency',
    http: 'POST /v1/treasury/transfers',
    status: 201,
    body: { ...order, from: Id },
    response: Transfer,
    problems: [
      'account-not-found',
      'same-account',
      'currency-mismatch',
      'insufficient-funds',
      'balance-limit',
      'transfer-id-taken',
    ],
  }),
  drawFromVault: operation({
    summary: 'Issue money from the vault to somebody else’s account, in its currency',
    http: 'POST /v1/treasury/vault-draws',
    status: 201,
    body: order,
    response: Transfer,
    problems: ['account-not-found', 'self-issue', 'balance-limit', 'transfer-id-taken'],
  }),
});
