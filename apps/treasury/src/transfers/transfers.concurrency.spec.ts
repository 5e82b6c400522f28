import { randomUUID } from 'node:crypto';
import type { Principal } from '@citadel/auth';
import { Problem } from '@citadel/protocol';
import * as fc from 'fast-check';

import { somebody, type TreasuryForTest, treasuryForTest } from '../testing/treasury.js';

let treasury: TreasuryForTest;
beforeAll(async () => (treasury = await treasuryForTest()), 60_000);
afterAll(() => treasury?.close());

const ACCOUNTS = 4;
const EXPECTED = ['insufficient-funds', 'same-account', 'transfer-id-taken'];

/** Few accounts, few ids and small balances, so that everything collides; `id` 0 leaves the choice to the server. */
const order = fc.record({
  from: fc.nat(ACCOUNTS - 1),
  to: fc.nat(ACCOUNTS - 1),
  amount: fc.integer({ min: 1, max: 60 }),
  id: fc.nat(12),
});

interface Order {
  readonly from: number;
  readonly to: number;
  readonly amount: number;
  readonly id: number;
}

/** Sends all orders at once; what came of each, with any error that is not one of the expected refusals thrown on. */
async function sendAll(orders: readonly Order[], accounts: readonly string[], owner: Principal) {
  const ids = Array.from({ length: 13 }, () => randomUUID());
  const at = (list: readonly string[], index: number) => list[index] ?? '';
  return Promise.all(
    orders.map(async ({ from, to, amount, id }) => {
      const request = {
        from: at(accounts, from),
        to: at(accounts, to),
        amount,
        ...(id > 0 ? { id: at(ids, id) } : {}),
      };
      try {
        return await treasury.transfers.transfer(request, owner);
      } catch (error) {
        if (error instanceof Problem && EXPECTED.includes(error.code)) return undefined;
        throw error;
      }
    }),
  );
}

async function expectSoundBooks(): Promise<void> {
  const { rows } = await treasury.pool.query(`
    SELECT (SELECT sum(balance) FROM accounts) AS total,
      (SELECT count(*) FROM accounts a WHERE balance <> (SELECT coalesce(sum(amount), 0) FROM postings WHERE account_id = a.id)) AS untrue,
      (SELECT count(*) FROM accounts WHERE kind = 'customer' AND balance < 0) AS overdrawn`);
  expect(rows).toEqual([{ total: '0', untrue: '0', overdrawn: '0' }]);
}

describe('transfers that happen at the same time', () => {
  it('keep the books sound in any interleaving', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(order, { minLength: 20, maxLength: 80 }), async (orders) => {
        const owner = somebody();
        const accounts = await Promise.all(
          Array.from({ length: ACCOUNTS }, () => treasury.accountOf(owner, { balance: 100 })),
        );
        const answers = (await sendAll(orders, accounts, owner)).filter((answer) => answer !== undefined);

        await expectSoundBooks();
        // What was answered is what was booked, once for each id, and nothing else was.
        const booked = new Map(answers.map((answer) => [answer.id, answer]));
        const moved = accounts.map((account) =>
          [...booked.values()].reduce(
            (balance, { from, to, amount }) =>
              balance + (to === account ? amount : 0) - (from === account ? amount : 0),
            100,
          ),
        );
        expect(await Promise.all(accounts.map((account) => treasury.balanceOf(account)))).toEqual(moved);
      }),
      { numRuns: 10 },
    );
  }, 60_000);

  it('do not wait for each other forever when they go to and fro', async () => {
    const owner = somebody();
    const [one, other] = [
      await treasury.accountOf(owner, { balance: 1_000 }),
      await treasury.accountOf(owner, { balance: 1_000 }),
    ];
    await Promise.all(
      Array.from({ length: 200 }, (_, i) =>
        treasury.transfers.transfer(
          i % 2 ? { from: one, to: other, amount: 1 } : { from: other, to: one, amount: 1 },
          owner,
        ),
      ),
    );
    expect([await treasury.balanceOf(one), await treasury.balanceOf(other)]).toEqual([1_000, 1_000]);
    await expectSoundBooks();
  }, 30_000);

  it('book an id once when it is sent for other accounts at the same moment', async () => {
    const owner = somebody();
    const accounts = await Promise.all(Array.from({ length: 16 }, () => treasury.accountOf(owner, { balance: 300 })));
    const pairs = [0, 2, 4, 6, 8, 10, 12, 14].map((index) => accounts.slice(index, index + 2));
    for (let round = 0; round < 300; round++) {
      const id = randomUUID();
      const booked = await Promise.all(
        pairs.map(([from = '', to = '']) =>
          treasury.transfers.transfer({ id, from, to, amount: 1 }, owner).then(
            () => 'booked',
            (error: unknown) => (error instanceof Problem ? error.code : String(error)),
          ),
        ),
      );
      expect(booked.sort()).toEqual(['booked', ...Array<string>(7).fill('transfer-id-taken')]);
    }
    await expectSoundBooks();
  });

  it('spend the same money once', async () => {
    const owner = somebody();
    const from = await treasury.accountOf(owner, { balance: 100 });
    const to = await treasury.accountOf(somebody());
    const orders = Array.from({ length: 30 }, () => treasury.transfers.transfer({ from, to, amount: 100 }, owner));
    const outcomes = await Promise.allSettled(orders);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await treasury.balanceOf(to)).toBe(100);
  });
});
