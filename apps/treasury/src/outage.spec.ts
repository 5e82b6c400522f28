import { databaseWithServer } from '@citadel/database/testing';
import { isDatabaseUnavailable } from '@citadel/platform';
import type { PoolClient } from 'pg';

import { somebody, type TreasuryForTest, treasuryForTest } from './testing/treasury.js';

let database: Awaited<ReturnType<typeof databaseWithServer>>;
let treasury: TreasuryForTest;
beforeAll(async () => {
  database = await databaseWithServer('treasury');
  treasury = await treasuryForTest(database);
});
afterAll(() => (treasury ?? database)?.close());

describe('while PostgreSQL is unreachable', () => {
  const owner = somebody();

  /** Every way in which the service asks the database: an insert, two reads, the statement of the ledger. */
  const everything = async () => {
    const id = '01900000-0000-7000-8000-000000000000';
    const booking = { id, from: id, to: id, amount: 1n, currency: 'EUR', memo: null, createdBy: id };
    return Promise.allSettled([
      treasury.accounts.open({ name: 'x', currency: 'EUR' }, owner),
      treasury.accounts.list({ limit: 1 }, owner),
      treasury.transfers.transfer({ from: id, to: id, amount: 1 }, owner).catch((error: unknown) => {
        // With a database that is there, this transfer is refused.
        if (isDatabaseUnavailable(error)) throw error;
      }),
      treasury.ledger.book(booking),
      treasury.prisma.$transaction((transaction) => transaction.account.count()),
    ]);
  };

  const reasonsOf = (outcomes: readonly PromiseSettledResult<unknown>[]) =>
    outcomes.map((outcome): unknown => (outcome.status === 'fulfilled' ? 'answered' : outcome.reason));

  it.each([
    ['stopped', () => database.server.stop()],
    ['killed', () => database.server.kill()],
  ])('says so, and works again by itself, when the server was %s', async (_, end) => {
    const before = await everything();
    expect(before.slice(0, 3).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled']);

    const running = Promise.allSettled(Array.from({ length: 3 }, () => treasury.pool.query('SELECT pg_sleep(2)')));
    await treasury.untilBusy();
    await end();
    for (const reason of reasonsOf(await running)) expect(isDatabaseUnavailable(reason)).toBe(true);
    for (const reason of reasonsOf(await everything())) expect(isDatabaseUnavailable(reason)).toBe(true);

    await database.server.start();
    const after = await everything();
    expect(after.slice(0, 3).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled']);
  });

  it('says so when all connections are taken for too long', async () => {
    const config = { ...database.config, DATABASE_TIMEOUT_MS: 1_000 };
    const hasty = await treasuryForTest({ ...database, config, close: async () => undefined });
    const taken: PoolClient[] = [];
    // On a busy machine connecting may take longer than it waits.
    const take = () =>
      hasty.pool.connect().then(
        (client) => taken.push(client),
        () => undefined,
      );
    while (taken.length < 10) await take();
    const [outcome] = await Promise.allSettled([hasty.accounts.list({ limit: 1 }, owner)]);
    for (const client of taken) client.release();
    await hasty.close();
    expect(outcome).toMatchObject({ status: 'rejected' });
    expect(reasonsOf([outcome]).map(isDatabaseUnavailable)).toEqual([true]);
  });
});
