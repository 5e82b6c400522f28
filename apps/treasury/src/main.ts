import { SERVICES, treasury } from '@citadel/contracts';
import { databaseConfig, startService } from '@citadel/platform';

import { TreasuryModule } from './treasury.module.js';

await startService({
  name: 'treasury',
  contract: treasury,
  consumes: SERVICES.treasury.consumes,
  config: databaseConfig,
  module: (config, link) => TreasuryModule.forRoot(config, link),
});
