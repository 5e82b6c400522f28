import { authOptions, Bus, Health, JsonLogger, NatsLink, PlatformModule, type RunningProcess } from '@citadel/platform';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

import type { GatewayConfig } from './gateway.config.js';
import { GatewayModule } from './gateway.module.js';
import { Credentials } from './credentials/credentials.js';
import { HealthController } from './health/health.controller.js';
import { createAdapter } from './http/adapter.js';
import { boundConnections } from './http/connections-at-once.js';
import { addHeaders } from './http/headers.js';
import { watchForProxies } from './http/proxy-watch.js';
import { boundRequests } from './http/requests-at-once.js';
import { logRequests } from './http/request-log.js';
import { Forwarder } from './operations/forward.js';

/** Starts the HTTPS side at once; NATS may come later, and what needs it answers 503 until then. */
export async function startGateway(config: GatewayConfig): Promise<RunningProcess> {
  const logger = new JsonLogger('gateway', config.LOG_LEVEL);
  // Before the first line is written: Nest takes its own logger until it is told.
  Logger.overrideLogger(logger);
  // The gateway's inboxes are the client's default: its NATS permissions leave out those of the services.
  const link = new NatsLink('gateway', config, { inboxPrefix: '_INBOX' });
  const bus = new Bus(link, config.CALL_TIMEOUT_MS);
  const credentials = new Credentials([config.CITADEL_ISSUER, ...config.CORS_ORIGINS]);
  const auth = { ...authOptions('gateway', link, config), tokenFromHttp: credentials.accessToken };
  const routes = GatewayModule.forRoot(new Forwarder(bus, credentials), config);
  const module = PlatformModule.forProcess(link, auth, routes, [HealthController]);
  const app = await NestFactory.create<NestFastifyApplication>(module, createAdapter(config), {
    logger,
    abortOnError: false,
    bodyParser: false,
  });
  addHeaders(app, config);
  logRequests(app, logger);
  boundConnections(app.getHttpServer(), config.CONNECTIONS_AT_ONCE, config.TRUSTED_PROXIES);
  boundRequests(app, config.REQUESTS_AT_ONCE);
  watchForProxies(app, logger, config.TRUSTED_PROXIES);
  await app.listen(config.GATEWAY_PORT, config.GATEWAY_HOST);
  const health = app.get(Health, { strict: false });
  return {
    logger,
    ready: async () => (await health.readiness()).ready,
    close: () => app.close().finally(() => link.close()),
  };
}
