import { auth } from '@citadel/contracts';
import { startService } from '@citadel/platform';

import { authConfig } from './auth.config.js';
import { AuthServiceModule } from './auth-service.module.js';

await startService({
  name: 'auth',
  contract: auth,
  config: authConfig,
  module: (config, link) => AuthServiceModule.forRoot(config, link),
});
