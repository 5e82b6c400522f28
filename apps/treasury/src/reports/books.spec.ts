import { randomUUID } from 'node:crypto';

import { CURRENCIES } from '@citadel/contracts';

import { somebody, type TreasuryForTest, treasuryForTest } from '../testing/treasury.js';
import { trialBalance, verifyBooks } from './books.js';

let treasury: TreasuryForTest;
beforeEach(async () => (treasury = await treasuryForTest()), 60_000);
afterEach(() => treasury?.close());

/** Past all triggers, as a fault of the disk or of an administrator would. */
const corrupt = (sql: string) =>
  treasury.asSuperuser(`SET session_replication_role = replica; ${sql}; SET session_replication_role = DEFAULT`);

describe('the trial balance', () => {
  it('names every currency, what its vault owes, what customers hold, and zero', async () => {
    const owner = somebody();
    const from = await treasury.accountOf(owner, { balance: 70, currency: 'SEK' });
    const to = await treasury.accountOf(somebody(), { balance: 5, currency: 'SEK' });
    await treasury.transfers.transfer({ from, to, amount: 30 }, owner);
    const items = await trialBalance(treasury.pool);
    expect(items.map(({ currency }) => currency)).toEqual([...CURRENCIES].sort());
    expect(items.find(({ currency }) => currency === 'SEK')).toEqual({
      currency: 'SEK',
      vault: -75,
      customers: 75,
      total: 0,
    });
    for (const { total } of items) expect(total).toBe(0);
  });
});

describe('a check of the books', () => {
  it('finds nothing when all was booked by the ledger', async () => {
    const owner = somebody();
    const [from, to] = [await treasury.accountOf(owner, { balance: 70 }), await treasury.accountOf(owner)];
    await Promise.all(Array.from({ length: 20 }, () => treasury.transfers.transfer({ from, to, amount: 2 }, owner)));
    await treasury.transfers.transfer({ from: to, to: from, amount: 1 }, owner);
    await expect(verifyBooks(treasury.pool)).resolves.toEqual([]);
  });

  it.each([
    [
      'a balance that was changed',
      `UPDATE accounts SET balance = balance + 1 WHERE kind = 'customer'`,
      ['a balance is', 'all accounts of'],
    ],
    [
      'a posting that was changed',
      `UPDATE postings SET amount = amount + 1 WHERE amount > 0`,
      ['a balance is', 'each posting', 'the postings of'],
    ],
    ['a posting that is gone', `DELETE FROM postings WHERE amount > 0`, ['a balance is', 'the postings of']],
    [
      'a transfer without postings',
      `INSERT INTO transfers (id, currency, created_by) VALUES ('${randomUUID()}', 'EUR', '${randomUUID()}')`,
      ['the postings of'],
    ],
    [
      'a running balance that was changed',
      `UPDATE postings SET balance = balance + 1 WHERE amount > 0`,
      ['each posting'],
    ],
  ])('finds %s', async (_, sql, rules) => {
    await treasury.accountOf(somebody(), { balance: 70 });
    await corrupt(sql);
    const findings = await verifyBooks(treasury.pool);
    expect(findings.map(({ rule }) => rules.find((start) => rule.startsWith(start)))).toEqual(rules);
    for (const { culprits } of findings) expect(culprits).not.toEqual([]);
  });
});
