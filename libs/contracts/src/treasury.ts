import { event, events, Id, line, operation, page, pageOf, service, Timestamp } from '@citadel/protocol';
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
  state: z.enum(['open', 'frozen', 'closed']),
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

/** One line of a statement. */
const Posting = z.object({
  transferId: Id,
  amount: z.int().describe('Above zero: received; below: spent'),
  balance: z.int().describe('What the account held afterwards'),
  counterparty: Id.describe('The other account'),
  memo: line(140).nullable(),
  bookedAt: Timestamp,
});

const TrialBalance = z.object({
  currency: z.enum(CURRENCIES),
  vault: z.int().describe('What the vault owes: the money in circulation, below zero'),
  customers: z.int().describe('What all customers hold together'),
  total: z.int().describe('Zero, or the books are wrong'),
});

/** What the treasury holds about a user; the newest 200 of each. */
export const TreasuryExport = z.object({
  accounts: z.array(
    z.object({
      id: Id,
      name: z.string(),
      currency: z.enum(CURRENCIES),
      state: z.string(),
      balance: z.int().describe('In minor units of the currency'),
      createdAt: Timestamp,
    }),
  ),
  transfers: z
    .array(z.object({ id: Id, currency: z.enum(CURRENCIES), memo: z.string().nullable(), createdAt: Timestamp }))
    .describe('Those that you ordered'),
  postings: z
    .array(
      z.object({ transferId: Id, accountId: Id, amount: z.int(), memo: z.string().nullable(), bookedAt: Timestamp }),
    )
    .describe('What moved on your accounts'),
  isComplete: z.boolean().describe('Whether there is no more than this'),
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
  freezeAccount: operation({
    summary: 'Freeze somebody else’s account: no money moves in or out',
    http: 'POST /v1/treasury/accounts/{id}/freeze',
    params: { id: Id },
    response: Account,
    problems: ['account-not-found', 'own-account', 'account-not-open'],
  }),
  unfreezeAccount: operation({
    summary: 'Release somebody else’s account that was frozen',
    http: 'POST /v1/treasury/accounts/{id}/unfreeze',
    params: { id: Id },
    response: Account,
    problems: ['account-not-found', 'own-account', 'account-not-open'],
  }),
  closeAccount: operation({
    summary: 'Close an account of yours that is empty, for good',
    http: 'POST /v1/treasury/accounts/{id}/close',
    params: { id: Id },
    response: Account,
    problems: ['account-not-found', 'account-not-open', 'account-not-empty'],
  }),
  listPostings: operation({
    summary: 'The statement of an account: what moved, newest first, and what it held afterwards',
    http: 'GET /v1/treasury/accounts/{id}/postings',
    params: { id: Id },
    query: {
      limit: page.limit,
      cursor: z
        .string()
        .regex(/^\d{1,16}$/)
        .optional()
        .describe('`nextCursor` of the page before'),
      from: Timestamp.optional().describe('Booked at this time or later'),
      until: Timestamp.optional().describe('Booked before this time'),
    },
    response: pageOf(Posting),
    problems: ['account-not-found'],
  }),
  listTransfers: operation({
    summary: 'List the transfers that you ordered, newest first; with treasury:accounts:read-any, everybody’s',
    http: 'GET /v1/treasury/transfers',
    query: page,
    response: pageOf(Transfer),
  }),
  findTransfer: operation({
    summary: 'See a transfer that you ordered, or that one of your accounts took part in',
    http: 'GET /v1/treasury/transfers/{id}',
    params: { id: Id },
    response: Transfer,
    problems: ['transfer-not-found'],
  }),
  trialBalance: operation({
    summary: 'What vaults owe and customers hold, by currency',
    http: 'GET /v1/treasury/reports/trial-balance',
    response: z.object({ items: z.array(TrialBalance) }),
  }),
  exportMine: operation({
    summary: 'What the treasury holds about you',
    http: 'GET /v1/treasury/me/export',
    noStore: true,
    response: TreasuryExport,
  }),
  transfer: operation({
    summary: 'Move money from an account of yours to another one of its currency',
    http: 'POST /v1/treasury/transfers',
    status: 201,
    idempotent: true,
    body: { ...order, from: Id },
    response: Transfer,
    problems: [
      'account-not-found',
      'same-account',
      'currency-mismatch',
      'account-not-open',
      'insufficient-funds',
      'balance-limit',
      'transfer-id-taken',
    ],
  }),
  drawFromVault: operation({
    summary: 'Issue money from the vault to somebody else’s account, in its currency',
    http: 'POST /v1/treasury/vault-draws',
    status: 201,
    idempotent: true,
    body: order,
    response: Transfer,
    problems: ['account-not-found', 'self-issue', 'account-not-open', 'balance-limit', 'transfer-id-taken'],
  }),
});

export const treasuryEvents = events('treasury', {
  transferSettled: event({
    summary: 'Money has moved from one account to another',
    payload: {
      id: Id,
      from: Id,
      to: Id,
      amount: Amount,
      currency: z.enum(CURRENCIES),
      memo: line(140).nullable(),
      payer: Id.nullable().describe('Owner of the account that was debited; null for a vault'),
      createdBy: Id,
      settledAt: Timestamp,
    },
  }),
});
