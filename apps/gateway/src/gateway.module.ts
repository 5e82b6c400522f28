import { archives, auth, type Contract, treasury } from '@citadel/contracts';
import type { Bus } from '@citadel/platform';
import { type DynamicModule, Module } from '@nestjs/common';

import type { GatewayConfig } from './gateway.config.js';
import { HealthController } from './health/health.controller.js';
import { BUS, controllerFor } from './operations/operation.controller.js';
import { DocsController, OPENAPI } from './openapi/docs.controller.js';
import { openApiOf } from './openapi/openapi.js';

/** Everything that can be called from outside. */
export const CONTRACTS: readonly Contract[] = [auth, treasury, archives];

@Module({})
export class GatewayModule {
  static forRoot(bus: Bus, config: Pick<GatewayConfig, 'CITADEL_ISSUER'>): DynamicModule {
    return {
      module: GatewayModule,
      controllers: [...CONTRACTS.map(controllerFor), HealthController, DocsController],
      providers: [
        { provide: BUS, useValue: bus },
        { provide: OPENAPI, useValue: openApiOf(CONTRACTS, config.CITADEL_ISSUER) },
      ],
    };
  }
}
