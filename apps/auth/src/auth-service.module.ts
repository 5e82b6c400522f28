import { calls, HEALTH_CHECKS, databasePool, type HealthCheck, NatsLink, statementNames } from '@citadel/platform';
import { type DynamicModule, Module, type OnApplicationShutdown } from '@nestjs/common';
import { PrismaPg } from '@prisma/adapter-pg';

import { AccessTokensService } from './access-tokens/access-tokens.service.js';
import { AccessController } from './explain/access.controller.js';
import { AccessService } from './explain/access.service.js';
import { AdministrationService } from './administration/administration.service.js';
import { UserDeletionService } from './administration/user-deletion.service.js';
import { UsersAdministrationController } from './administration/users-administration.controller.js';
import { UsersAdministrationService } from './administration/users-administration.service.js';
import { AllowancesService } from './allowances/allowances.service.js';
import { AttemptsService } from './attempts/attempts.service.js';
import { DeviceTokens } from './attempts/device-tokens.js';
import { AuditController } from './audit/audit.controller.js';
import { AuditService } from './audit/audit.service.js';
import { Outbox } from './audit/outbox.js';
import { RefusalIntake } from './audit/refusal-intake.js';
import { ScheduledTasks } from './scheduled-tasks/scheduled-tasks.js';
import { AUTH_CONFIG, type AuthConfig } from './auth.config.js';
import { ArchivesClient, TreasuryClient } from './export/clients.js';
import { ExportController } from './export/export.controller.js';
import { ExportService } from './export/export.service.js';
import { PrismaClient } from './generated/prisma/client.js';
import { MetadataController } from './metadata/metadata.controller.js';
import { PasswordHasher } from './passwords/password-hasher.js';
import { PasswordPolicy } from './passwords/password-policy.js';
import { PublicationService } from './publication/publication.service.js';
import { REVOCATION_RETENTION } from './revocations/revocation-row.js';
import { RevocationComparison } from './revocations/revocation-comparison.js';
import { RevocationsService } from './revocations/revocations.service.js';
import { RolesController } from './administration/roles.controller.js';
import { RolesService } from './administration/roles.service.js';
import { SessionsController } from './sessions/sessions.controller.js';
import { SessionsService } from './sessions/sessions.service.js';
import { PasswordsService } from './sessions/passwords.service.js';
import { Signer } from './signing-keys/signer.js';
import { SigningKeysController } from './signing-keys/signing-keys.controller.js';
import { SigningKeysService } from './signing-keys/signing-keys.service.js';
import { TokensController } from './token-endpoints/tokens.controller.js';
import { TokensService } from './token-endpoints/tokens.service.js';
import { AuthenticationService } from './users/authentication.service.js';
import { UsersController } from './users/users.controller.js';
import { UsersService } from './users/users.service.js';

/** Everything that the service answers; the access matrix is read from their decorators. */
export const CONTROLLERS = [
  AccessController,
  AuditController,
  ExportController,
  MetadataController,
  RolesController,
  SessionsController,
  SigningKeysController,
  TokensController,
  UsersAdministrationController,
  UsersController,
];

@Module({})
export class AuthServiceModule implements OnApplicationShutdown {
  constructor(private readonly publisher: NatsLink) {}

  /** @param link - the process's own connection, over which it asks other services */
  static forRoot(config: AuthConfig, link: NatsLink): DynamicModule {
    return {
      module: AuthServiceModule,
      controllers: CONTROLLERS,
      providers: [
        { provide: AUTH_CONFIG, useValue: config },
        {
          provide: PrismaClient,
          useFactory: () =>
            new PrismaClient({
              adapter: new PrismaPg(databasePool(config, 'auth'), { statementNameGenerator: statementNames() }),
              // For a connection to come free; a burst of logins is served late rather than refused.
              transactionOptions: {
                maxWait: 1.6 * config.DATABASE_TIMEOUT_MS,
                timeout: 2 * config.DATABASE_TIMEOUT_MS,
              },
            }),
        },
        {
          // The connection that writes: in the account of the streams, where nothing else is connected.
          provide: NatsLink,
          useFactory: () => new NatsLink('publisher', { ...config, NATS_NKEY_SEED: config.AUTH_PUBLISHER_NKEY_SEED }),
        },
        {
          provide: PublicationService,
          inject: [NatsLink],
          useFactory: (publisher: NatsLink) => new PublicationService(publisher, config, REVOCATION_RETENTION),
        },
        { provide: HEALTH_CHECKS, inject: [PrismaClient, SigningKeysService, NatsLink], useFactory: healthChecks },
        ...calls(link),
        TreasuryClient,
        ArchivesClient,
        ExportService,
        AccessService,
        AccessTokensService,
        AllowancesService,
        AdministrationService,
        AttemptsService,
        AuditService,
        AuthenticationService,
        ScheduledTasks,
        DeviceTokens,
        Outbox,
        PasswordHasher,
        PasswordPolicy,
        PasswordsService,
        RefusalIntake,
        RevocationComparison,
        RevocationsService,
        RolesService,
        SessionsService,
        Signer,
        SigningKeysService,
        TokensService,
        UserDeletionService,
        UsersAdministrationService,
        UsersService,
      ],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.publisher.close();
  }
}

function healthChecks(prisma: PrismaClient, keys: SigningKeysService, publisher: NatsLink): readonly HealthCheck[] {
  return [
    { name: 'database', check: () => prisma.$queryRaw`SELECT 1` },
    { name: 'publisher', check: () => Promise.resolve(publisher.isConnected) },
    { name: 'signing-keys', check: () => Promise.resolve(keys.canSign) },
  ];
}
