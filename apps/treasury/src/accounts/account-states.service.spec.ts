import { randomUUID } from 'node:crypto';

import { somebody, type TreasuryForTest, treasuryForTest } from '../testing/treasury.js';

let treasury: TreasuryForTest;
beforeAll(async () => (treasury = await treasuryForTest()), 60_000);
afterAll(() => treasury?.close());

const owner = somebody();
const teller = somebody('teller');

describe('a frozen account', () => {
  it('gives no money and takes none, and does both again when it is released', async () => {
    const [from, to] = [
      await treasury.accountOf(owner, { balance: 100 }),
      await treasury.accountOf(owner, { balance: 50 }),
    ];
    const move = (one: string, other: string) =>
      treasury.transfers.transfer({ from: one, to: other, amount: 1 }, owner);
    await expect(treasury.states.setFrozen(from, true, teller)).resolves.toMatchObject({ id: from, state: 'frozen' });
    await expect(move(from, to)).rejects.toMatchObject({ code: 'account-not-open', status: 409 });
    await expect(move(to, from)).rejects.toMatchObject({ code: 'account-not-open' });
    const draw = treasury.transfers.draw({ to: from, amount: 1 }, somebody('treasurer'));
    await expect(draw).rejects.toMatchObject({ code: 'account-not-open' });
    expect([await treasury.balanceOf(from), await treasury.balanceOf(to)]).toEqual([100, 50]);

    await expect(treasury.states.setFrozen(from, false, teller)).resolves.toMatchObject({ state: 'open' });
    await move(from, to);
    await move(to, from);
    expect(await treasury.balanceOf(from)).toBe(100);
  });

  it('stays frozen when it is frozen again, and cannot be closed by its owner', async () => {
    const id = await treasury.accountOf(owner);
    await treasury.states.setFrozen(id, true, teller);
    await expect(treasury.states.setFrozen(id, true, teller)).resolves.toMatchObject({ state: 'frozen' });
    await expect(treasury.states.close(id, owner)).rejects.toMatchObject({ code: 'account-not-open' });
  });

  it.each([true, false])('is never of one’s own doing (frozen: %s)', async (isFrozen) => {
    const own = await treasury.accountOf(teller);
    await expect(treasury.states.setFrozen(own, isFrozen, teller)).rejects.toMatchObject({
      code: 'own-account',
      status: 403,
    });
  });

  it.each([
    ['a vault', () => treasury.vaultOf('EUR')],
    ['an account that is not there', async () => randomUUID()],
  ])('is never %s', async (_, id) => {
    await expect(treasury.states.setFrozen(await id(), true, teller)).rejects.toMatchObject({
      code: 'account-not-found',
    });
  });

  it('takes none of the transfers that were on their way when it was frozen, or all of their money arrived before', async () => {
    const from = await treasury.accountOf(owner, { balance: 1_000 });
    const to = await treasury.accountOf(owner);
    const moves = Array.from({ length: 24 }, () => treasury.transfers.transfer({ from, to, amount: 1 }, owner));
    const [outcomes] = await Promise.all([Promise.allSettled(moves), treasury.states.setFrozen(to, true, teller)]);
    const booked = outcomes.filter(({ status }) => status === 'fulfilled').length;
    expect([await treasury.balanceOf(from), await treasury.balanceOf(to)]).toEqual([1_000 - booked, booked]);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'account-not-open' });
    }
  });
});

describe('closing an account', () => {
  it('is for its owner, when it is empty, and for good', async () => {
    const id = await treasury.accountOf(owner);
    await expect(treasury.states.close(id, owner)).resolves.toMatchObject({ id, state: 'closed', balance: 0 });
    await expect(treasury.states.close(id, owner)).resolves.toMatchObject({ id, state: 'closed' });
    await expect(treasury.states.setFrozen(id, false, teller)).rejects.toMatchObject({ code: 'account-not-open' });
    const draw = treasury.transfers.draw({ to: id, amount: 1 }, somebody('treasurer'));
    await expect(draw).rejects.toMatchObject({ code: 'account-not-open' });
    await expect(treasury.accounts.find(id, owner)).resolves.toMatchObject({ state: 'closed' });
  });

  it('is refused while there is money', async () => {
    const id = await treasury.accountOf(owner, { balance: 1 });
    await expect(treasury.states.close(id, owner)).rejects.toMatchObject({ code: 'account-not-empty', status: 409 });
  });

  it.each([
    ['somebody else’s, even to a teller who sees it', () => treasury.accountOf(somebody()), teller],
    ['a vault', () => treasury.vaultOf('EUR'), somebody('sovereign')],
  ])('is refused for %s', async (_, id, user) => {
    await expect(treasury.states.close(await id(), user)).rejects.toMatchObject({
      code: 'account-not-found',
      status: 404,
    });
  });

  it('is refused, or leaves the money outside, when a transfer arrives at the same moment', async () => {
    for (let round = 0; round < 20; round += 1) {
      const from = await treasury.accountOf(owner, { balance: 5 });
      const to = await treasury.accountOf(owner);
      const [moved, closed] = await Promise.allSettled([
        treasury.transfers.transfer({ from, to, amount: 5 }, owner),
        treasury.states.close(to, owner),
      ]);
      expect([moved.status, closed.status].sort()).toEqual(['fulfilled', 'rejected']);
      expect((await treasury.balanceOf(from)) + (await treasury.balanceOf(to))).toBe(5);
    }
  });
});

describe('the database itself refuses', () => {
  it.each([
    [
      'to close an account with money',
      (id: string) => `UPDATE accounts SET state = 'closed' WHERE id = '${id}'`,
      1,
      /accounts_closed_is_empty/,
    ],
    [
      'to freeze a vault',
      () => `UPDATE accounts SET state = 'frozen' WHERE kind = 'vault'`,
      0,
      /accounts_vault_is_open/,
    ],
    [
      'to open what is closed',
      (id: string) =>
        `UPDATE accounts SET state = 'closed' WHERE id = '${id}'; UPDATE accounts SET state = 'open' WHERE id = '${id}'`,
      0,
      /a closed account stays closed/,
    ],
  ])('%s', async (_, sql, balance, reason) => {
    const id = await treasury.accountOf(owner, { balance });
    await expect(treasury.asOwner(sql(id))).rejects.toThrow(reason);
    await expect(treasury.pool.query(sql(id))).rejects.toThrow(reason);
  });

  it('a posting to an account that is not open', async () => {
    const [from, to] = [await treasury.accountOf(owner, { balance: 5 }), await treasury.accountOf(owner)];
    await treasury.states.setFrozen(to, true, teller);
    const id = randomUUID();
    const past = treasury.asOwner(`
      WITH t AS (INSERT INTO transfers (id, currency, created_by) VALUES ('${id}', 'EUR', '${owner.id}'))
      INSERT INTO postings VALUES ('${id}', '${from}', 'EUR', -5), ('${id}', '${to}', 'EUR', 5)`);
    await expect(past).rejects.toThrow(/is not open/);
  });
});
