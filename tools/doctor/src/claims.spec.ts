import { type CanActivate, Controller, Get, Module, type Type, UseGuards } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { type CustomTransportStrategy, MessagePattern, Server } from '@nestjs/microservices';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { lastValueFrom } from 'rxjs';

// What the doctor says of Nest, tried with Nest.

class Refuse implements CanActivate {
  canActivate(): boolean {
    return false;
  }
}

class Accept implements CanActivate {
  canActivate(): boolean {
    return Date.now() > 0;
  }
}

@Controller()
class Orders {
  @Get('orders')
  @MessagePattern('orders.list')
  list(): string {
    return 'listed';
  }
}

@Controller()
class GuardedOrders {
  @Get('orders')
  @MessagePattern('orders.list')
  @UseGuards(Refuse)
  list(): string {
    return 'listed by the second';
  }
}

/** A transport without a wire: it is asked for what Nest has registered. */
class Wireless extends Server implements CustomTransportStrategy {
  listen(callback: () => void): void {
    callback();
  }

  close(): void {
    // nothing is open
  }

  on(): void {
    // nothing happens
  }

  unwrap<T>(): T {
    return undefined as T;
  }

  async ask(pattern: string): Promise<unknown> {
    const handler = this.getHandlerByPattern(pattern);
    const answer = await handler?.({}, {});
    return lastValueFrom(this.transformToObservable(answer as Promise<unknown>)).catch(() => 'refused');
  }
}

let app: NestFastifyApplication;
const open: { close(): Promise<unknown> }[] = [];

async function create(module: Type): Promise<void> {
  const testing = await Test.createTestingModule({ imports: [module] }).compile();
  app = testing.createNestApplication<NestFastifyApplication>(new FastifyAdapter(), { logger: false });
  open.push(app);
}

const statusOf = async () => (await app.inject({ method: 'GET', url: '/orders' })).statusCode;

afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

describe('a hybrid Nest application', () => {
  @Module({ controllers: [Orders], providers: [{ provide: APP_GUARD, useClass: Refuse }] })
  class Guarded {}

  @Module({ controllers: [Orders] })
  class Plain {}

  it.each([
    ['does not guard messages with an APP_GUARD', {}, 'listed'],
    ['guards them with inheritAppConfig', { inheritAppConfig: true }, 'refused'],
  ])('%s', async (_, options, answer) => {
    const transport = new Wireless();
    await create(Guarded);
    app.connectMicroservice({ strategy: transport }, options);
    await app.init();
    expect(await statusOf()).toBe(403);
    expect(await transport.ask('orders.list')).toBe(answer);
  });

  it.each([
    ['before', 'refused'],
    ['after', 'listed'],
  ])('with inheritAppConfig and useGlobalGuards() %s connectMicroservice(): %s', async (when, answer) => {
    const transport = new Wireless();
    await create(Plain);
    if (when === 'before') app.useGlobalGuards(new Refuse());
    app.connectMicroservice({ strategy: transport }, { inheritAppConfig: true });
    if (when === 'after') app.useGlobalGuards(new Refuse());
    await app.init();
    expect(await transport.ask('orders.list')).toBe(answer);
  });
});

describe('two handlers of one message', () => {
  it.each([
    [[Orders, GuardedOrders], 'refused'],
    [[GuardedOrders, Orders], 'listed'],
  ])('are answered by the later one, with its guards alone', async (controllers, answer) => {
    @Module({ controllers, providers: [{ provide: APP_GUARD, useClass: Accept }] })
    class Twice {}

    const transport = new Wireless();
    // Fastify refuses two routes of one path; this is about messages.
    const testing = await Test.createTestingModule({ imports: [Twice] }).compile();
    const service = testing.createNestMicroservice({ strategy: transport, logger: false });
    open.push(service);
    await service.init();
    expect(await transport.ask('orders.list')).toBe(answer);
  });
});
