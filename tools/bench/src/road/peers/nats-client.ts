import { ClientsModule, Transport } from '@nestjs/microservices';

import { settings } from './settings.js';

export const SERVICES = 'services';

/** Nest's own `ClientProxy` over NATS, as its documentation has it. */
export const natsClient = () =>
  ClientsModule.register([{ name: SERVICES, transport: Transport.NATS, options: settings.nats }]);
