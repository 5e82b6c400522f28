import { randomUUID } from 'node:crypto';

import { somebody, type TreasuryForTest, treasuryForTest } from '../testing/treasury.js';

let treasury: TreasuryForTest;
beforeAll(async () => (treasury = await treasuryForTest()), 60_000);
afterAll(() => treasury?.close());

/** Each part is `account amount currency`; written by hand, past the application. */
async function book(...postings: readonly (readonly [account: string, amount: number, currency?: string])[]) {
  const id = randomUUID();
  const values = postings.map(
    ([account, amount, currency = 'EUR']) => `('${account}'::uuid, ${amount}, '${currency}')`,
  );
  await treasury.pool.query(`
    BEGIN;
    INSERT INTO transfers (id, currency, created_by) VALUES ('${id}', 'EUR', '${randomUUID()}');
    ${values.length > 0 ? `INSERT INTO postings SELECT '${id}', a, c::currency, m FROM (VALUES ${values.join()}) v (a, m, c);` : ''}
    COMMIT;`);
  return id;
}

describe('the database itself refuses', () => {
  const two = async () => {
    const owner = somebody();
    return [await treasury.accountOf(owner, { balance: 100 }), await treasury.accountOf(owner)] as const;
  };

  it('a transfer that makes money', async () => {
    const [from, to] = await two();
    await expect(book([from, -10], [to, 11])).rejects.toThrow(/do not add up to zero/);
    expect(await treasury.balanceOf(to)).toBe(0);
  });

  it('a transfer that loses money', async () => {
    const [from, to] = await two();
    await expect(book([from, -10], [to, 9])).rejects.toThrow(/do not add up to zero/);
  });

  it('a transfer of one side, or of none', async () => {
    const [from] = await two();
    await expect(book([from, -10])).rejects.toThrow(/do not add up to zero/);
    await expect(book()).rejects.toThrow(/do not add up to zero/);
  });

  it('a posting that is added to an old transfer', async () => {
    const [from, to] = await two();
    const id = await book([from, -10], [to, 10]);
    const other = await treasury.accountOf(somebody());
    const late = treasury.pool.query(`INSERT INTO postings VALUES ('${id}', '${other}', 'EUR', 5)`);
    await expect(late).rejects.toThrow(/do not add up to zero/);
  });

  it('postings that are added to an old transfer and cancel each other out', async () => {
    const [from, to] = await two();
    const id = await book([from, -10], [to, 10]);
    const [one, other] = await two();
    const late = treasury.pool.query(
      `INSERT INTO postings VALUES ('${id}', '${one}', 'EUR', -5), ('${id}', '${other}', 'EUR', 5)`,
    );
    await expect(late).rejects.toThrow(/was booked earlier and takes no more postings/);
    expect(await treasury.balanceOf(other)).toBe(0);
  });

  it('a customer below zero', async () => {
    const [from, to] = await two();
    await expect(book([from, -101], [to, 101])).rejects.toThrow(/accounts_customer_not_below_zero/);
  });

  it('a balance that a JSON number cannot hold exactly', async () => {
    const [, to] = await two();
    const vault = await treasury.vaultOf('EUR');
    await expect(book([vault, -9.1e15], [to, 9.1e15])).rejects.toThrow(/accounts_balance_limit/);
  });

  it('money of another currency', async () => {
    const [from] = await two();
    const dollars = await treasury.accountOf(somebody(), { currency: 'USD' });
    await expect(book([from, -10], [dollars, 10])).rejects.toThrow(/postings_account_id_currency_fkey/);
    await expect(book([from, -10], [dollars, 10, 'USD'])).rejects.toThrow(/postings_transfer_id_currency_fkey/);
  });

  it.each([
    ['a balance that is set by hand', `UPDATE accounts SET balance = balance + 1`, /postings alone/],
    [
      'an account that begins with money',
      `INSERT INTO accounts (id, owner_id, currency, name, balance) VALUES (gen_random_uuid(), gen_random_uuid(), 'EUR', 'x', 1)`,
      /begins with nothing/,
    ],
    [
      'an account that changes its owner',
      `UPDATE accounts SET owner_id = gen_random_uuid() WHERE kind = 'customer'`,
      /keeps its id, owner/,
    ],
    [
      'an account that changes its currency',
      `UPDATE accounts SET currency = 'CHF' WHERE currency = 'EUR'`,
      /keeps its id, owner/,
    ],
    [
      'an account without an owner',
      `INSERT INTO accounts (id, currency, name) VALUES (gen_random_uuid(), 'EUR', 'x')`,
      /accounts_vault_has_no_owner/,
    ],
    [
      'a second vault of a currency',
      `INSERT INTO accounts (id, kind, currency, name) VALUES (gen_random_uuid(), 'vault', 'EUR', 'x')`,
      /accounts_one_vault_per_currency/,
    ],
    ['an account that is removed with its postings', `DELETE FROM accounts WHERE balance > 0`, /violates/],
    ['a posting that changes', `UPDATE postings SET amount = amount * 2`, /what is booked stays/],
    ['a posting that is removed', `DELETE FROM postings`, /what is booked stays/],
    ['a transfer that changes', `UPDATE transfers SET memo = 'x'`, /what is booked stays/],
    ['a transfer that is removed', `DELETE FROM transfers`, /what is booked stays/],
    ['all accounts emptied', `TRUNCATE accounts CASCADE`, /cannot be emptied|stays/],
    ['all transfers emptied', `TRUNCATE transfers CASCADE`, /stays/],
    ['all postings emptied', `TRUNCATE postings`, /stays/],
  ])('%s', async (_, sql, reason) => {
    const [from, to] = await two();
    await book([from, -1], [to, 1]);
    await expect(treasury.asOwner(sql)).rejects.toThrow(reason);
    // The service comes as far as that with what it may write, and no farther than its rights with all else.
    await expect(treasury.pool.query(sql)).rejects.toThrow(sql.startsWith('INSERT') ? reason : /permission denied/);
  });
});
