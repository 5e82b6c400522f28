import { somebody, type TreasuryForTest, treasuryForTest } from '../testing/treasury.js';
import { ExportService } from './export.service.js';

let treasury: TreasuryForTest;
beforeAll(async () => {
  treasury = await treasuryForTest();
}, 60_000);
afterAll(() => treasury?.close());

const exportOf = ({ id }: { id: string }) => new ExportService(treasury.prisma).of(id);

describe('what the treasury exports of a user', () => {
  it('is their accounts, the transfers that they ordered, and what moved on their accounts; nothing of others', async () => {
    const [user, other] = [somebody(), somebody()];
    const from = await treasury.accountOf(user, { balance: 50 });
    const to = await treasury.accountOf(other, { balance: 9 });
    const sent = await treasury.transfers.transfer({ from, to, amount: 20, memo: 'Rent' }, user);
    const received = await treasury.transfers.transfer({ from: to, to: from, amount: 1 }, other);
    const { accounts, transfers, postings, isComplete } = await exportOf(user);
    expect(accounts).toMatchObject([{ id: from, balance: 31, state: 'open' }]);
    expect(transfers).toMatchObject([{ id: sent.id, memo: 'Rent' }]);
    expect(postings.map(({ amount }) => amount)).toEqual([1, -20, 50]);
    expect(postings.map(({ accountId }) => accountId)).toEqual([from, from, from]);
    expect(postings[0]).toMatchObject({ transferId: received.id, memo: null });
    expect(isComplete).toBe(true);
  });

  it('is the newest 200 of each, and says when there is more', async () => {
    const user = somebody();
    await treasury.asOwner(`INSERT INTO accounts (id, owner_id, currency, name)
      SELECT gen_random_uuid(), '${user.id}', 'EUR', 'One of many' FROM generate_series(1, 201)`);
    const { accounts, isComplete } = await exportOf(user);
    expect([accounts.length, isComplete]).toEqual([200, false]);
  });
});
