import { AccessAudit, ALGORITHMS, AuthModule, KeyRing, type OneIssuer, RevocationList } from '@citadel/auth';
import { kvKeySource, kvRevocationSource } from '@citadel/auth/nats';
import type { Contract, ServiceEvent } from '@citadel/protocol';
import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { ModuleRef, ModulesContainer } from '@nestjs/core';

import type { CommonConfig } from './config/fields.js';
import { ConsumerAudit } from './events/consumer-audit.js';
import { FailureFilter } from './failure.filter.js';
import { Health } from './health/health.js';
import { healthControllerOf } from './health/health.controller.js';
import { IdempotencyAudit } from './idempotency/idempotency-audit.js';
import { BUCKETS, openBucket } from './nats/buckets.js';
import type { NatsLink } from './nats/nats-link.js';
import { refusalTrail } from './refusal-trail.js';
import { CONTRACT, ContractAudit } from './operations/contract-audit.js';

/** What every process is made of in addition to its own module: tokens, access rules, problems, health. */
@Module({})
export class PlatformModule {
  /** @param consumes - the events of others that the service acts on */
  static forService(
    name: string,
    contract: Contract,
    link: NatsLink,
    config: CommonConfig,
    module: DynamicModule | Type,
    consumes: readonly ServiceEvent[] = [],
  ): DynamicModule {
    return {
      ...PlatformModule.forProcess(link, authOptions(name, link, config), module),
      controllers: [healthControllerOf(name)],
      providers: [
        ...processProviders(link),
        { provide: CONTRACT, useValue: contract },
        {
          provide: ContractAudit,
          inject: [CONTRACT, AccessAudit],
          useFactory: (one: Contract, audit: AccessAudit) => new ContractAudit(one, audit),
        },
        {
          provide: IdempotencyAudit,
          inject: [ModuleRef],
          useFactory: (modules: ModuleRef) => new IdempotencyAudit(contract, modules),
        },
        {
          provide: ConsumerAudit,
          inject: [ModulesContainer, ModuleRef],
          useFactory: (container: ModulesContainer, modules: ModuleRef) =>
            new ConsumerAudit(consumes, container, modules),
        },
      ],
    };
  }

  /**
   * For a process that answers no contract of its own: the gateway.
   *
   * @param controllers - those that need what this module has, such as the process's health
   */
  static forProcess(
    link: NatsLink,
    auth: OneIssuer,
    module: DynamicModule | Type,
    controllers: Type[] = [],
  ): DynamicModule {
    return {
      module: PlatformModule,
      imports: [AuthModule.forRoot(auth, { filter: FailureFilter }), module],
      controllers,
      providers: processProviders(link),
    };
  }
}

/** Tokens for `audience`, verified with what the auth service publishes over NATS. */
export function authOptions(
  audience: string,
  link: NatsLink,
  config: Pick<CommonConfig, 'CITADEL_ISSUER' | 'CLOCK_TOLERANCE' | 'KEY_SET_PUBLIC_KEY' | 'REVOCATION_KEY'>,
): OneIssuer {
  return {
    issuer: config.CITADEL_ISSUER,
    audience,
    clockTolerance: config.CLOCK_TOLERANCE,
    // Whichever of them the auth service is configured to sign with; each key is good for its own alone.
    algorithms: ALGORITHMS,
    // Loaded every five seconds: what cannot be read for a minute may lack the removal of a key.
    maximumKeyAge: 60,
    keys: kvKeySource(() => openBucket(link, BUCKETS.keys), config.KEY_SET_PUBLIC_KEY),
    revocations: kvRevocationSource(() => openBucket(link, BUCKETS.revocations), config.REVOCATION_KEY),
    onRefusal: refusalTrail(link),
  };
}

function processProviders(link: NatsLink) {
  return [
    {
      provide: Health,
      inject: [KeyRing, RevocationList, ModuleRef],
      useFactory: (keys: KeyRing, revocations: RevocationList, moduleRef: ModuleRef) =>
        new Health(link, keys, revocations, moduleRef),
    },
  ];
}
