import { archives } from '@citadel/contracts';
import { databaseConfig, startService } from '@citadel/platform';

import { ArchivesModule } from './archives.module.js';

await startService({
  name: 'archives',
  contract: archives,
  config: databaseConfig,
  module: (config) => ArchivesModule.forRoot(config),
});
