import {
  calls,
  consumers,
  type DatabaseConfig,
  databasePool,
  HEALTH_CHECKS,
  type HealthCheck,
  type NatsLink,
  repeating,
  statementNames,
} from '@citadel/platform';
import { type DynamicModule, Module, type OnApplicationShutdown } from '@nestjs/common';
import { PrismaPg } from '@prisma/adapter-pg';

import { ClearanceController } from './clearance/clearance.controller.js';
import { ClearanceService } from './clearance/clearance.service.js';
import { DeletedUsersService } from './deleted-users/deleted-users.service.js';
import { DeletionController } from './deletion/deletion.controller.js';
import { DeletionService } from './deletion/deletion.service.js';
import { DocumentsController } from './documents/documents.controller.js';
import { DocumentsService } from './documents/documents.service.js';
import { ExportController } from './export/export.controller.js';
import { ExportService } from './export/export.service.js';
import { PrismaClient } from './generated/prisma/client.js';
import { GrantsController } from './grants/grants.controller.js';
import { GrantsService } from './grants/grants.service.js';
import { ReceiptsService } from './receipts/receipts.service.js';
import { SearchController } from './search/search.controller.js';
import { SearchService } from './search/search.service.js';
import { TreasuryClient } from './treasury-client.js';
import { VersionsController } from './versions/versions.controller.js';
import { VersionsService } from './versions/versions.service.js';

/** Everything that the service answers; the access matrix is read from their decorators. */
export const CONTROLLERS = [
  ClearanceController,
  DeletionController,
  DocumentsController,
  ExportController,
  GrantsController,
  SearchController,
  VersionsController,
];

const SWEEP_EVERY_MS = 600_000;

@Module({})
export class ArchivesModule implements OnApplicationShutdown {
  constructor(private readonly prisma: PrismaClient) {}

  static forRoot(config: DatabaseConfig, link: NatsLink): DynamicModule {
    return {
      module: ArchivesModule,
      controllers: CONTROLLERS,
      providers: [
        {
          provide: PrismaClient,
          useFactory: () =>
            new PrismaClient({
              adapter: new PrismaPg(databasePool(config, 'archives'), { statementNameGenerator: statementNames() }),
              transactionOptions: {
                maxWait: 0.6 * config.DATABASE_TIMEOUT_MS,
                timeout: 1.6 * config.DATABASE_TIMEOUT_MS,
              },
            }),
        },
        { provide: HEALTH_CHECKS, inject: [PrismaClient], useFactory: healthChecks },
        ...calls(link),
        TreasuryClient,
        ...consumers(link, 'archives', PrismaClient),
        repeating('Sweeping deleted documents away', SWEEP_EVERY_MS, DeletionService, (deletion) => deletion.sweep()),
        ClearanceService,
        DeletedUsersService,
        DeletionService,
        DocumentsService,
        ExportService,
        GrantsService,
        ReceiptsService,
        SearchService,
        VersionsService,
      ],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.prisma.$disconnect();
  }
}

function healthChecks(prisma: PrismaClient): readonly HealthCheck[] {
  return [{ name: 'database', check: () => prisma.$queryRaw`SELECT 1` }];
}
