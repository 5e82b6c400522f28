import { CURRENCIES } from '@citadel/contracts';

import { somebody, type TreasuryForTest, treasuryForTest } from '../testing/treasury.js';

let treasury: TreasuryForTest;
beforeAll(async () => (treasury = await treasuryForTest()), 60_000);
afterAll(() => treasury?.close());

const everything = { limit: 100 };

describe('opening an account', () => {
  it('gives its owner an empty customer account', async () => {
    const owner = somebody();
    const account = await treasury.accounts.open({ name: 'Household', currency: 'SEK' }, owner);
    expect(account).toEqual({
      id: expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-7/),
      ownerId: owner.id,
      name: 'Household',
      currency: 'SEK',
      kind: 'customer',
      balance: 0,
      state: 'open',
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    });
    await expect(treasury.accounts.find(account.id, owner)).resolves.toEqual(account);
  });
});

describe('seeing an account', () => {
  it('is for its owner and for those who may see all', async () => {
    const id = await treasury.accountOf(somebody());
    await expect(treasury.accounts.find(id, somebody('auditor'))).resolves.toMatchObject({ id });
    await expect(treasury.accounts.find(id, somebody('teller'))).resolves.toMatchObject({ id });
  });

  it.each([
    ['somebody else’s account', () => treasury.accountOf(somebody())],
    ['a vault', () => treasury.vaultOf('EUR')],
    ['an account that is not there', async () => '01900000-0000-7000-8000-000000000000'],
  ])('is refused to others as if it were not there: %s', async (_, id) => {
    const attempt = treasury.accounts.find(await id(), somebody());
    await expect(attempt).rejects.toMatchObject({ code: 'account-not-found', status: 404 });
  });
});

describe('listing accounts', () => {
  it('shows a user their own accounts, newest first, and no others', async () => {
    const owner = somebody();
    const first = await treasury.accountOf(owner);
    await treasury.accountOf(somebody());
    const second = await treasury.accountOf(owner);
    const { items, nextCursor } = await treasury.accounts.list(everything, owner);
    expect(items.map(({ id }) => id)).toEqual([second, first]);
    expect(nextCursor).toBeNull();
  });

  it('goes page by page over all of them, once each', async () => {
    const owner = somebody();
    const opened: string[] = [];
    for (let i = 0; i < 5; i += 1) opened.unshift(await treasury.accountOf(owner));
    const seen: string[] = [];
    let cursor: string | null | undefined;
    do {
      const page = await treasury.accounts.list({ limit: 2, ...(cursor ? { cursor } : {}) }, owner);
      expect(page.items.length).toBeLessThanOrEqual(2);
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor);
    expect(seen).toEqual(opened);
  });

  it('does not let a cursor open other people’s accounts', async () => {
    const theirs = await treasury.accountOf(somebody());
    const page = await treasury.accounts.list({ limit: 10, cursor: theirs }, somebody());
    expect(page).toEqual({ items: [], nextCursor: null });
  });

  it('shows all to those who may see all, by kind if asked', async () => {
    const id = await treasury.accountOf(somebody());
    const auditor = somebody('auditor');
    const customers = await treasury.accounts.list({ ...everything, kind: 'customer' }, auditor);
    const vaults = await treasury.accounts.list({ ...everything, kind: 'vault' }, auditor);
    const all = await treasury.accounts.list(everything, auditor);
    expect(customers.items.map((account) => account.id)).toContain(id);
    expect(all.items).toEqual([...customers.items, ...vaults.items]);
    expect(vaults.items.map(({ currency, ownerId }) => [currency, ownerId]).sort()).toEqual(
      CURRENCIES.map((currency) => [currency, null]),
    );
  });

  it('shows no vault to those who may not', async () => {
    await expect(treasury.accounts.list({ ...everything, kind: 'vault' }, somebody())).resolves.toEqual({
      items: [],
      nextCursor: null,
    });
  });
});
