import { archives, SERVICES } from '@citadel/contracts';
import { databaseConfig, startService } from '@citadel/platform';

import { ArchivesModule } from './archives.module.js';

await startService({
  name: 'archives',
  contract: archives,
  consumes: SERVICES.archives.consumes,
  config: databaseConfig,
  module: (config, link) => ArchivesModule.forRoot(config, link),
});
