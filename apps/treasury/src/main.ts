import { treasury } from '@citadel/contracts';
import { databaseConfig, startService } from '@citadel/platform';

import { TreasuryModule } from './treasury.module.js';

await startService({
  name: 'treasury',
  contract: treasury,
  config: databaseConfig,
  module: (config) => TreasuryModule.forRoot(config),
});
