import { testPrincipal } from '@citadel/auth/testing';
import type { Principal } from '@citadel/auth';
import { type CURRENCIES, permissionsOf, type Role } from '@citadel/contracts';
import { type MigratedDatabase, migratedDatabase } from '@citadel/database/testing';
import { databasePool } from '@citadel/platform/database';
import { PrismaPg } from '@prisma/adapter-pg';
import { Pool } from 'pg';

import { AccountStatesService } from '../accounts/account-states.service.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { PrismaClient } from '../generated/prisma/client.js';
import { StatementsService } from '../statements/statements.service.js';
import { Ledger } from '../transfers/ledger.js';
import { TransferReader } from '../transfers/transfer-reader.js';
import { TransfersService } from '../transfers/transfers.service.js';

type Currency = (typeof CURRENCIES)[number];

/** Somebody with what a role of the demo may do. */
export const somebody = (role: Role = 'citizen'): Principal => testPrincipal({ permissions: permissionsOf([role]) });

/** The services of the treasury over a real database of their own. */
export async function treasuryForTest(given?: MigratedDatabase) {
  const database = given ?? (await migratedDatabase('treasury'));
  const pool = new Pool(databasePool(database.config, 'treasury-spec'));
  pool.on('error', () => undefined);
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
  const accounts = new AccountsService(prisma, pool);
  const ledger = new Ledger(pool);
  const reader = new TransferReader(pool);
  const transfers = new TransfersService(prisma, ledger, reader);
  const treasurer = somebody('treasurer');

  const vaultOf = async (currency: Currency) =>
    (await prisma.account.findFirstOrThrow({ where: { kind: 'vault', currency } })).id;

  return {
    asOwner: (sql: string) => database.asOwner(sql),
    asSuperuser: (sql: string) => database.asSuperuser(sql),
    pool,
    prisma,
    accounts,
    states: new AccountStatesService(prisma),
    statements: new StatementsService(accounts, pool),
    ledger,
    reader,
    transfers,
    vaultOf,
    /** An account with money that was issued for it. */
    async accountOf(
      owner: Principal,
      { balance = 0, currency = 'EUR' }: { balance?: number; currency?: Currency } = {},
    ) {
      const { id } = await accounts.open({ name: 'Account', currency }, owner);
      if (balance > 0) await transfers.draw({ to: id, amount: balance }, treasurer);
      return id;
    },
    async balanceOf(id: string) {
      return Number((await prisma.account.findUniqueOrThrow({ where: { id } })).balance);
    },
    /** Until the server is working on a query that takes its time. */
    async untilBusy() {
      const sql = `SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()`;
      while ((await database.asSuperuser(sql)).rowCount === 0);
    },
    async close() {
      await pool.end();
      await database.close();
    },
  };
}

export type TreasuryForTest = Awaited<ReturnType<typeof treasuryForTest>>;
