import { type DatabaseConfig, databasePool, HEALTH_CHECKS, type HealthCheck, statementNames } from '@citadel/platform';
import { type DynamicModule, Module, type OnApplicationShutdown } from '@nestjs/common';
import { PrismaPg } from '@prisma/adapter-pg';

import { DocumentsController } from './documents/documents.controller.js';
import { DocumentsService } from './documents/documents.service.js';
import { PrismaClient } from './generated/prisma/client.js';

/** Everything that the service answers; the access matrix is read from their decorators. */
export const CONTROLLERS = [DocumentsController];

@Module({})
export class ArchivesModule implements OnApplicationShutdown {
  constructor(private readonly prisma: PrismaClient) {}

  static forRoot(config: DatabaseConfig): DynamicModule {
    return {
      module: ArchivesModule,
      controllers: CONTROLLERS,
      providers: [
        {
          provide: PrismaClient,
          useFactory: () =>
            new PrismaClient({
              adapter: new PrismaPg(databasePool(config, 'archives'), { statementNameGenerator: statementNames() }),
            }),
        },
        { provide: HEALTH_CHECKS, inject: [PrismaClient], useFactory: healthChecks },
        DocumentsService,
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
