import {
  consumers,
  type DatabaseConfig,
  databasePool,
  HEALTH_CHECKS,
  type HealthCheck,
  idempotency,
  type NatsLink,
  outbox,
  statementNames,
} from '@citadel/platform';
import { type DynamicModule, Module, type OnApplicationShutdown } from '@nestjs/common';
import { PrismaPg } from '@prisma/adapter-pg';
import { Pool } from 'pg';

import { AccountsController } from './accounts/accounts.controller.js';
import { AccountStatesService } from './accounts/account-states.service.js';
import { AccountsService } from './accounts/accounts.service.js';
import { DeletedUsersService } from './deleted-users/deleted-users.service.js';
import { ExportController } from './export/export.controller.js';
import { ExportService } from './export/export.service.js';
import { PrismaClient } from './generated/prisma/client.js';
import { ReportsController } from './reports/reports.controller.js';
import { StatementsController } from './statements/statements.controller.js';
import { StatementsService } from './statements/statements.service.js';
import { Ledger } from './transfers/ledger.js';
import { TransferReader } from './transfers/transfer-reader.js';
import { TransfersController } from './transfers/transfers.controller.js';
import { TransfersService } from './transfers/transfers.service.js';

/** Everything that the service answers; the access matrix is read from their decorators. */
export const CONTROLLERS = [
  AccountsController,
  StatementsController,
  TransfersController,
  ReportsController,
  ExportController,
];

@Module({})
export class TreasuryModule implements OnApplicationShutdown {
  constructor(private readonly pool: Pool) {}

  static forRoot(config: DatabaseConfig, link: NatsLink): DynamicModule {
    return {
      module: TreasuryModule,
      controllers: CONTROLLERS,
      providers: [
        // One pool for both: Prisma, and the statement that is too hot for it.
        { provide: Pool, useFactory: () => openPool(config) },
        {
          provide: PrismaClient,
          inject: [Pool],
          useFactory: (pool: Pool) =>
            new PrismaClient({ adapter: new PrismaPg(pool, { statementNameGenerator: statementNames() }) }),
        },
        { provide: HEALTH_CHECKS, inject: [Pool], useFactory: healthChecks },
        ...idempotency(Pool),
        ...outbox(link, PrismaClient),
        ...consumers(link, 'treasury', PrismaClient),
        AccountsService,
        AccountStatesService,
        DeletedUsersService,
        ExportService,
        StatementsService,
        Ledger,
        TransferReader,
        TransfersService,
      ],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool.end();
  }
}

function openPool(config: DatabaseConfig): Pool {
  const pool = new Pool(databasePool(config, 'treasury'));
  // A connection that breaks while nobody uses it is replaced by the next query; unheard, this would end the process.
  pool.on('error', () => undefined);
  return pool;
}

function healthChecks(pool: Pool): readonly HealthCheck[] {
  return [{ name: 'database', check: () => pool.query('SELECT 1') }];
}
