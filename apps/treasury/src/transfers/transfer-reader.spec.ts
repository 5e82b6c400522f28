import { randomUUID } from 'node:crypto';

import { somebody, type TreasuryForTest, treasuryForTest } from '../testing/treasury.js';

let treasury: TreasuryForTest;
beforeAll(async () => (treasury = await treasuryForTest()), 60_000);
afterAll(() => treasury?.close());

describe('a transfer', () => {
  it('is shown to who ordered it, to the owners of both accounts, and to those who may see all', async () => {
    const [payer, payee, treasurer] = [somebody(), somebody(), somebody('treasurer')];
    const [from, to] = [await treasury.accountOf(payer), await treasury.accountOf(payee)];
    const draw = await treasury.transfers.draw({ to: from, amount: 10 }, treasurer);
    const transfer = await treasury.transfers.transfer({ from, to, amount: 10, memo: 'Rent' }, payer);
    for (const user of [payer, payee, somebody('auditor')]) {
      await expect(treasury.reader.find(transfer.id, user)).resolves.toEqual(transfer);
    }
    await expect(treasury.reader.find(draw.id, treasurer)).resolves.toEqual(draw);
    await expect(treasury.reader.find(draw.id, payee)).rejects.toMatchObject({ code: 'transfer-not-found' });
  });

  it('is not there for anybody else, exactly as one that never was', async () => {
    const owner = somebody();
    const [from, to] = [await treasury.accountOf(owner, { balance: 1 }), await treasury.accountOf(owner)];
    const { id } = await treasury.transfers.transfer({ from, to, amount: 1 }, owner);
    const failureOf = (of: string) => treasury.reader.find(of, somebody()).catch((error: unknown) => error);
    const hidden = await failureOf(id);
    expect(hidden).toMatchObject({ code: 'transfer-not-found', status: 404 });
    expect(hidden).toEqual(await failureOf(randomUUID()));
  });
});

describe('the list of transfers', () => {
  it('holds those that somebody ordered, newest first, in pages without gaps', async () => {
    const owner = somebody();
    const [from, to] = [await treasury.accountOf(owner, { balance: 100 }), await treasury.accountOf(somebody())];
    const ordered: string[] = [];
    for (let amount = 1; amount <= 5; amount += 1) {
      ordered.unshift((await treasury.transfers.transfer({ from, to, amount }, owner)).id);
    }
    const first = await treasury.reader.list({ limit: 3 }, owner);
    const second = await treasury.reader.list({ limit: 3, cursor: first.nextCursor ?? '' }, owner);
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(ordered);
    expect(second.nextCursor).toBeNull();
    await expect(treasury.reader.list({ limit: 3 }, somebody())).resolves.toEqual({ items: [], nextCursor: null });
  });

  it('is of everybody’s for those who may see all', async () => {
    const { items } = await treasury.reader.list({ limit: 100 }, somebody('auditor'));
    expect(new Set(items.map(({ createdBy }) => createdBy)).size).toBeGreaterThan(1);
  });

  it('is empty behind a cursor that is none', async () => {
    const auditor = somebody('auditor');
    await expect(treasury.reader.list({ limit: 3, cursor: randomUUID() }, auditor)).resolves.toEqual({
      items: [],
      nextCursor: null,
    });
  });
});
