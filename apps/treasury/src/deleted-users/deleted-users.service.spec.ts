import { randomUUID } from 'node:crypto';

import { somebody, type TreasuryForTest, treasuryForTest } from '../testing/treasury.js';
import { DeletedUsersService } from './deleted-users.service.js';

let treasury: TreasuryForTest;
beforeAll(async () => {
  treasury = await treasuryForTest();
}, 60_000);
afterAll(() => treasury?.close());

const settle = (subject: string) =>
  new DeletedUsersService(treasury.prisma).freezeAccounts({
    subject,
    actor: randomUUID(),
    detail: { successor: null },
  });
const statesOf = async (ownerId: string) => {
  const accounts = await treasury.prisma.account.groupBy({ by: ['state'], where: { ownerId }, _count: true });
  return Object.fromEntries(accounts.map(({ state, _count }) => [state, _count]));
};

describe('the accounts of a user who was deleted', () => {
  it('are frozen with the money that is in them; closed ones stay closed, and those of others open', async () => {
    const [former, other] = [somebody(), somebody()];
    const rich = await treasury.accountOf(former, { balance: 70 });
    const closed = await treasury.accountOf(former);
    await treasury.states.close(closed, former);
    const theirs = await treasury.accountOf(other);
    await settle(former.id);
    await settle(former.id);
    expect(await statesOf(former.id)).toEqual({ frozen: 1, closed: 1 });
    expect([await treasury.balanceOf(rich), await statesOf(other.id)]).toEqual([70, { open: 1 }]);
    const transfer = treasury.transfers.transfer({ from: theirs, to: rich, amount: 1 }, other);
    await expect(transfer).rejects.toMatchObject({ code: 'account-not-open' });
  });

  it('are all frozen, however many there are', async () => {
    const ownerId = randomUUID();
    await treasury.asOwner(`INSERT INTO accounts (id, owner_id, currency, name)
      SELECT gen_random_uuid(), '${ownerId}', 'EUR', 'One of many' FROM generate_series(1, 2500)`);
    await settle(ownerId);
    expect(await statesOf(ownerId)).toEqual({ frozen: 2500 });
  });
});
