import { runProcess } from '@citadel/platform';

import { readGatewayConfig } from './gateway.config.js';
import { startGateway } from './start-gateway.js';

await runProcess('gateway', () => startGateway(readGatewayConfig()));
