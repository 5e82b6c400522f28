import 'reflect-metadata';

import { Controller, Get, Inject, Module, Param, Req, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { ClientProxy } from '@nestjs/microservices';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';

import { chosenGuard } from './guards/chosen-guard.js';
import type { GuardedRequest } from './guards/guarded-request.js';
import { natsClient, SERVICES } from './nats-client.js';
import { portOf } from './port-of.js';
import { sayReady, settings } from './settings.js';

const { guard, cookie } = await chosenGuard(settings.guard);

@Controller('v1/treasury/accounts')
class AccountsController {
  constructor(@Inject(SERVICES) private readonly services: ClientProxy) {}

  @UseGuards(guard)
  @Get(':id')
  find(@Param('id') id: string, @Req() { user }: GuardedRequest) {
    return this.services.send<unknown>('treasury.findAccount', { id, user });
  }
}

@Module({ imports: [natsClient()], controllers: [AccountsController] })
class GatewayModule {}

// Fastify's own logger, pino; of its two lines for a request the one at the end is written.
const adapter = new FastifyAdapter({ https: settings.tls, logger: true, disableRequestLogging: true });
adapter.getInstance().addHook('onResponse', (request, reply, done) => {
  const { method, url, ip } = request;
  request.log.info({ method, url, status: reply.statusCode, duration: reply.elapsedTime, ip }, 'request completed');
  done();
});
const app = await NestFactory.create<NestFastifyApplication>(GatewayModule, adapter);
await app.listen(0, '127.0.0.1');
sayReady({ port: portOf(app), ...(cookie === undefined ? {} : { cookie }) });
