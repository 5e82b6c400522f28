import { randomUUID } from 'node:crypto';
import type { Principal } from '@citadel/auth';

import { somebody, type TreasuryForTest, treasuryForTest } from '../testing/treasury.js';

let treasury: TreasuryForTest;
let owner: Principal;
beforeAll(async () => (treasury = await treasuryForTest()), 60_000);
beforeEach(() => (owner = somebody()));
afterAll(() => treasury?.close());

describe('a transfer', () => {
  it('takes from one account what it gives to the other, and says so', async () => {
    const from = await treasury.accountOf(owner, { balance: 500 });
    const to = await treasury.accountOf(somebody());
    const transfer = await treasury.transfers.transfer({ from, to, amount: 120, memo: 'Rent' }, owner);
    expect(transfer).toEqual({
      id: expect.any(String),
      from,
      to,
      amount: 120,
      currency: 'EUR',
      memo: 'Rent',
      createdBy: owner.id,
      createdAt: expect.any(String),
    });
    expect(await treasury.balanceOf(from)).toBe(380);
    expect(await treasury.balanceOf(to)).toBe(120);
  });

  it('may take the last cent and not one more', async () => {
    const from = await treasury.accountOf(owner, { balance: 100 });
    const to = await treasury.accountOf(somebody());
    await expect(treasury.transfers.transfer({ from, to, amount: 101 }, owner)).rejects.toMatchObject({
      code: 'insufficient-funds',
      status: 409,
    });
    await treasury.transfers.transfer({ from, to, amount: 100 }, owner);
    expect(await treasury.balanceOf(from)).toBe(0);
  });

  it('takes money back into the vault', async () => {
    const treasurer = somebody('treasurer');
    const vault = await treasury.vaultOf('SEK');
    const from = await treasury.accountOf(treasurer, { balance: 300, currency: 'SEK' });
    await treasury.transfers.transfer({ from, to: vault, amount: 300 }, treasurer);
    expect(await treasury.balanceOf(vault)).toBe(0);
  });

  it('is refused when nothing was there to be moved, in every way that the policy knows', async () => {
    const own = await treasury.accountOf(owner, { balance: 10 });
    const francs = await treasury.accountOf(owner, { currency: 'CHF' });
    const theirs = await treasury.accountOf(somebody(), { balance: 10 });
    const attempt = (from: string, to: string) => treasury.transfers.transfer({ from, to, amount: 1 }, owner);
    await expect(attempt(theirs, own)).rejects.toMatchObject({ code: 'account-not-found', status: 404 });
    await expect(attempt(own, randomUUID())).rejects.toMatchObject({ code: 'account-not-found', status: 404 });
    await expect(attempt(own, own)).rejects.toMatchObject({ code: 'same-account', status: 409 });
    await expect(attempt(own, francs)).rejects.toMatchObject({ code: 'currency-mismatch', status: 409 });
    await expect(attempt(await treasury.vaultOf('EUR'), own)).rejects.toMatchObject({ code: 'account-not-found' });
    expect(await treasury.balanceOf(own)).toBe(10);
  });

  it('is refused where a balance would no longer fit', async () => {
    const vault = await treasury.vaultOf('USD');
    const to = await treasury.accountOf(owner, { currency: 'USD' });
    // Past the contract's limit for one transfer, as 9,000 of them would be.
    await treasury.pool.query(
      `WITH t AS (INSERT INTO transfers (id, currency, created_by) VALUES ('${randomUUID()}', 'USD', '${owner.id}') RETURNING id)
       INSERT INTO postings SELECT t.id, a::uuid, 'USD', m FROM t, (VALUES ('${vault}', -8999999999999999), ('${to}', 8999999999999999)) v (a, m)`,
    );
    const issue = (amount: number) => treasury.transfers.draw({ to, amount }, somebody('treasurer'));
    await expect(issue(2)).rejects.toMatchObject({ code: 'balance-limit', status: 409 });
    await issue(1);
    expect(await treasury.balanceOf(to)).toBe(9_000_000_000_000_000);
  });
});

describe('a draw from the vault', () => {
  it('issues money in the currency of the account, which the vault of that currency then owes', async () => {
    const treasurer = somebody('treasurer');
    const [from, to] = [await treasury.vaultOf('JPY'), await treasury.accountOf(owner, { currency: 'JPY' })];
    const draw = await treasury.transfers.draw({ to, amount: 700 }, treasurer);
    expect(draw).toMatchObject({ from, to, amount: 700, currency: 'JPY', memo: null, createdBy: treasurer.id });
    expect([await treasury.balanceOf(from), await treasury.balanceOf(to)]).toEqual([-700, 700]);
  });

  it('is refused to an account of the one who draws, and to one that is not there', async () => {
    const treasurer = somebody('treasurer');
    const own = await treasury.accountOf(treasurer);
    const attempt = (to: string) => treasury.transfers.draw({ to, amount: 1 }, treasurer);
    await expect(attempt(own)).rejects.toMatchObject({ code: 'self-issue', status: 403 });
    await expect(attempt(randomUUID())).rejects.toMatchObject({ code: 'account-not-found', status: 404 });
    await expect(attempt(await treasury.vaultOf('EUR'))).rejects.toMatchObject({ code: 'account-not-found' });
    expect(await treasury.balanceOf(own)).toBe(0);
  });

  it('is refused as a plain transfer, even to a treasurer', async () => {
    const request = { from: await treasury.vaultOf('EUR'), to: await treasury.accountOf(owner), amount: 1 };
    const attempt = treasury.transfers.transfer(request, somebody('treasurer'));
    await expect(attempt).rejects.toMatchObject({ code: 'account-not-found', status: 404 });
  });
});

describe('a transfer sent again with its id', () => {
  it('is the same transfer, and moves nothing', async () => {
    const from = await treasury.accountOf(owner, { balance: 100 });
    const to = await treasury.accountOf(somebody());
    const request = { id: randomUUID(), from, to, amount: 100, memo: 'Once' };
    const first = await treasury.transfers.transfer(request, owner);
    // The account is empty now: asked again, this would be insufficient funds.
    await expect(treasury.transfers.transfer(request, owner)).resolves.toEqual(first);
    expect(await treasury.balanceOf(to)).toBe(100);
  });

  it('is the same transfer when both arrive at once', async () => {
    const from = await treasury.accountOf(owner, { balance: 100 });
    const to = await treasury.accountOf(somebody());
    const request = { id: randomUUID(), from, to, amount: 100 };
    const answers = await Promise.all(Array.from({ length: 8 }, () => treasury.transfers.transfer(request, owner)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await treasury.balanceOf(from)).toBe(0);
    expect(await treasury.balanceOf(to)).toBe(100);
  });

  it('is refused with other content', async () => {
    const [from, savings] = [await treasury.accountOf(owner, { balance: 100 }), await treasury.accountOf(owner)];
    const to = await treasury.accountOf(somebody());
    const request = { id: randomUUID(), from, to, amount: 10, memo: 'Rent' };
    await treasury.transfers.transfer(request, owner);
    const others = [
      { ...request, amount: 11 },
      { ...request, memo: 'Something else' },
      { ...request, memo: undefined },
      { ...request, to: savings },
      { ...request, amount: 1_000_000 },
    ];
    for (const { memo, ...other } of others) {
      const attempt = treasury.transfers.transfer({ ...other, ...(memo ? { memo } : {}) }, owner);
      await expect(attempt).rejects.toMatchObject({ code: 'transfer-id-taken', status: 409 });
    }
    expect(await treasury.balanceOf(from)).toBe(90);
  });

  it('is refused to another user, who learns nothing of it', async () => {
    const from = await treasury.accountOf(owner, { balance: 100 });
    const stranger = somebody();
    const id = randomUUID();
    await treasury.transfers.transfer({ id, from, to: await treasury.accountOf(stranger), amount: 5 }, owner);
    const request = { id, from: await treasury.accountOf(stranger, { balance: 9 }), to: from, amount: 5 };
    await expect(treasury.transfers.transfer(request, stranger)).rejects.toMatchObject({ code: 'transfer-id-taken' });
  });

  it('is refused to a second treasurer, who did not order it', async () => {
    const request = { id: randomUUID(), to: await treasury.accountOf(owner), amount: 5 };
    await treasury.transfers.draw(request, somebody('treasurer'));
    const again = treasury.transfers.draw(request, somebody('treasurer'));
    await expect(again).rejects.toMatchObject({ code: 'transfer-id-taken' });
  });
});
