import 'reflect-metadata';

import { Controller, Get, Headers, Inject, Logger, Module, Param, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { ClientProxy } from '@nestjs/microservices';
import { AuthGuard, PassportModule } from '@nestjs/passport';
import type { NestExpressApplication } from '@nestjs/platform-express';

import { JwtStrategy } from './jwt.strategy.js';
import { natsClient, SERVICES } from './nats-client.js';
import { portOf } from './port-of.js';
import { sayReady, settings } from './settings.js';

@Controller('v1/treasury/accounts')
class AccountsController {
  constructor(@Inject(SERVICES) private readonly services: ClientProxy) {}

  @UseGuards(AuthGuard('jwt'))
  @Get(':id')
  find(@Param('id') id: string, @Headers('authorization') authorization: string) {
    return this.services.send<unknown>('tutorial.findAccount', { id, headers: { authorization } });
  }
}

@Module({ imports: [PassportModule, natsClient()], controllers: [AccountsController], providers: [JwtStrategy] })
class GatewayModule {}

const app = await NestFactory.create<NestExpressApplication>(GatewayModule, { httpsOptions: settings.tls });
const logger = new Logger('HTTP');
app.use((request: Request, response: Response, next: () => void) => {
  const began = performance.now();
  response.once('finish', () => {
    const duration = (performance.now() - began).toFixed(1);
    logger.log(`${request.method} ${request.originalUrl} ${String(response.statusCode)} ${duration} ms ${request.ip}`);
  });
  next();
});
await app.listen(0, '127.0.0.1');
sayReady({ port: portOf(app) });

/** What is used of Express's. */
interface Request {
  readonly method: string;
  readonly originalUrl: string;
  readonly ip: string;
}
interface Response {
  readonly statusCode: number;
  once(event: 'finish', listener: () => void): void;
}
