import { CONTRACTS } from '@citadel/contracts';
import type { Contract } from '@citadel/protocol';
import { type DynamicModule, Module } from '@nestjs/common';

import type { GatewayConfig } from './gateway.config.js';
import { Forwarder } from './operations/forward.js';
import { controllerFor } from './operations/operation.controller.js';
import { DocsController, OPENAPI } from './openapi/docs.controller.js';
import { openApiOf } from './openapi/openapi.js';

const contracts: readonly Contract[] = Object.values(CONTRACTS);

@Module({})
export class GatewayModule {
  static forRoot(forwarder: Forwarder, config: Pick<GatewayConfig, 'CITADEL_ISSUER'>): DynamicModule {
    return {
      module: GatewayModule,
      controllers: [...contracts.map(controllerFor), DocsController],
      providers: [
        { provide: Forwarder, useValue: forwarder },
        { provide: OPENAPI, useValue: openApiOf(contracts, config.CITADEL_ISSUER) },
      ],
    };
  }
}
