import { somebody, type TreasuryForTest, treasuryForTest } from '../testing/treasury.js';

let treasury: TreasuryForTest;
beforeAll(async () => (treasury = await treasuryForTest()), 60_000);
afterAll(() => treasury?.close());

const owner = somebody();

/** An account with so many postings, and the one that they came from. */
async function busyAccount(postings: number) {
  const other = await treasury.accountOf(owner, { balance: 1_000 });
  const id = await treasury.accountOf(owner);
  for (let amount = 1; amount <= postings; amount += 1) {
    await treasury.transfers.transfer({ from: other, to: id, amount, memo: `No. ${String(amount)}` }, owner);
  }
  return { id, other };
}

/** All pages of a statement, walked with their cursors. */
async function walk(id: string, limit: number, range: { from?: string; until?: string } = {}) {
  const items = [];
  let cursor: string | undefined;
  do {
    const page = await treasury.statements.list({ id, limit, ...range, ...(cursor ? { cursor } : {}) }, owner);
    expect(page.items.length).toBeLessThanOrEqual(limit);
    items.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return items;
}

describe('a statement', () => {
  it('shows what moved, newest first, with the balance that it left, the other account and the memo', async () => {
    const { id, other } = await busyAccount(2);
    const back = await treasury.transfers.transfer({ from: id, to: other, amount: 2 }, owner);
    const { items, nextCursor } = await treasury.statements.list({ id, limit: 10 }, owner);
    expect(nextCursor).toBeNull();
    expect(items).toEqual([
      { transferId: back.id, amount: -2, balance: 1, counterparty: other, memo: null, bookedAt: expect.any(String) },
      expect.objectContaining({ amount: 2, balance: 3, counterparty: other, memo: 'No. 2' }),
      expect.objectContaining({ amount: 1, balance: 1, memo: 'No. 1' }),
    ]);
  });

  it.each([1, 3, 7, 8])('is complete in pages of %i, with nothing twice', async (limit) => {
    const { id } = await busyAccount(7);
    expect((await walk(id, limit)).map(({ amount }) => amount)).toEqual([7, 6, 5, 4, 3, 2, 1]);
  });

  it('is of a range of dates: from its beginning, until before its end', async () => {
    const { id } = await busyAccount(5);
    const all = await walk(id, 10);
    const [, second] = all;
    const from = second?.bookedAt ?? '';
    const later = await walk(id, 2, { from });
    const earlier = await walk(id, 2, { until: from });
    expect(later.map(({ amount }) => amount)).toEqual(expect.arrayContaining([5, 4]));
    expect([...later, ...earlier]).toEqual(all);
    expect(await walk(id, 2, { from: '9999-12-31T23:59:59Z' })).toEqual([]);
    expect(await walk(id, 2, { until: '0000-01-01T00:00:00Z' })).toEqual([]);
    expect(await walk(id, 2, { from: '0000-01-01T00:00:00Z', until: '9999-12-31T23:59:59Z' })).toEqual(all);
  });

  it('has an unbroken chain of balances when many transfers arrive at once', async () => {
    const [from, to] = [await treasury.accountOf(owner, { balance: 820 }), await treasury.accountOf(owner)];
    const amounts = Array.from({ length: 40 }, (_, index) => index + 1);
    await Promise.all(amounts.map((amount) => treasury.transfers.transfer({ from, to, amount }, owner)));
    const items = (await walk(to, 9)).reverse();
    expect(items).toHaveLength(40);
    let balance = 0;
    for (const item of items) expect(item.balance).toBe((balance += item.amount));
    expect(await treasury.balanceOf(to)).toBe(balance);
  });

  it('is for the owner and for those who may see all accounts; for others the account is not there', async () => {
    const { id } = await busyAccount(1);
    const seenBy = (user: ReturnType<typeof somebody>) => treasury.statements.list({ id, limit: 1 }, user);
    await expect(seenBy(somebody('auditor'))).resolves.toMatchObject({ items: [{ amount: 1 }] });
    await expect(seenBy(somebody())).rejects.toMatchObject({ code: 'account-not-found', status: 404 });
  });
});
