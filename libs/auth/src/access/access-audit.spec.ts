import { All, Controller, Get, Injectable, Logger, Module, Post, type Type, Version } from '@nestjs/common';
import { EventPattern, MessagePattern } from '@nestjs/microservices';
import { Test } from '@nestjs/testing';

import { AuthModule } from '../auth.module.js';
import { localIssuer } from '../testing/index.js';
import { AccessAudit, type Handler } from './access-audit.js';
import { Authenticated, Public, RequireClearance, RequirePermissions, Roles } from './access.decorators.js';

Logger.overrideLogger(false);

const { issuer, keys } = localIssuer();

/** As `@WebSocketGateway` and `@SubscribeMessage` of @nestjs/websockets write it. */
const SocketGateway = (options: object) => (target: object) => {
  Reflect.defineMetadata('websockets:is_gateway', true, target);
  Reflect.defineMetadata('websockets:gateway_options', options, target);
};
const SocketMessage = (message: string) => (_target: object, _key: string, descriptor: PropertyDescriptor) => {
  Reflect.defineMetadata('websockets:message_mapping', true, descriptor.value as object);
  Reflect.defineMetadata('message', message, descriptor.value as object);
};

async function start(controllers: Type[], providers: Type[] = []): Promise<readonly Handler[]> {
  @Module({ controllers, providers })
  class Feature {}
  const imports = [AuthModule.forRoot({ issuer, audience: 'orders', keys }), Feature];
  const app = await Test.createTestingModule({ imports }).compile();
  try {
    await app.init();
    return app.get(AccessAudit, { strict: false }).handlers();
  } finally {
    await app.close();
  }
}

const faultsOf = async (controllers: Type[], providers: Type[] = []) =>
  start(controllers, providers).then(
    () => [],
    (error: unknown) => (error as { faults: readonly string[] }).faults,
  );

const wayOut = 'declares no access rule; add @RequirePermissions, @Roles, @Authenticated or @Public';

describe('an application', () => {
  it('does not start while handlers declare no access rule, and names them all at once', async () => {
    @Controller('orders')
    class OrdersController {
      @Get(['', 'all'])
      list(): void {}
      @Post()
      @RequirePermissions('treasury:accounts:open')
      add(): void {}
      @MessagePattern('orders.find')
      find(): void {}
      @EventPattern('events.orders.paid')
      onPaid(_event: unknown): void {}
      @MessagePattern({ cmd: 'cancel' })
      cancel(): void {}
      /** Nobody can call it from outside. */
      total(): number {
        return 0;
      }
    }
    @Injectable()
    @SocketGateway({})
    class OrdersGateway {
      @SocketMessage('watch')
      watch(): void {}
    }
    await expect(faultsOf([OrdersController], [OrdersGateway])).resolves.toEqual([
      `OrdersController.list (HTTP GET /orders) ${wayOut}`,
      `OrdersController.list (HTTP GET /orders/all) ${wayOut}`,
      `OrdersController.find (subject orders.find) ${wayOut}`,
      `OrdersController.onPaid (subject events.orders.paid) ${wayOut}`,
      `OrdersController.cancel (subject {"cmd":"cancel"}) ${wayOut}`,
      `OrdersGateway.watch (socket watch) ${wayOut}`,
    ]);
    await expect(start([OrdersController])).rejects.toThrow('Refusing to start');
  });

  it('does not start with a method that is inherited and was not declared', async () => {
    class Base {
      @Get('inherited')
      inherited(): void {}
    }
    @Controller()
    class Derived extends Base {}
    await expect(faultsOf([Derived])).resolves.toEqual([`Derived.inherited (HTTP GET /inherited) ${wayOut}`]);
  });

  it('does not start with an override that leaves the rule of what it overrides behind', async () => {
    class Base {
      @Get('mine')
      @Authenticated()
      mine(): void {}
    }
    @Controller()
    class Derived extends Base {
      @Get('mine')
      override mine(): void {}
    }
    await expect(faultsOf([Derived])).resolves.toEqual([`Derived.mine (HTTP GET /mine) ${wayOut}`]);
  });

  it('does not start with a class that opens what the class it extends restricts', async () => {
    @Roles('sovereign')
    class Base {
      @Get('x')
      x(): void {}
    }
    @Controller()
    @Public()
    class Derived extends Base {}
    await expect(faultsOf([Derived])).resolves.toEqual([
      expect.stringContaining('Derived.x (HTTP GET /x) is @Public and restricted at once'),
    ]);
  });

  it('does not start when two handlers answer one entrance', async () => {
    @Controller('a')
    @Authenticated()
    class First {
      @Get('/x/')
      x(): void {}
      @MessagePattern('orders.find')
      find(): void {}
      @MessagePattern(['orders.list', 'orders.all'])
      list(): void {}
    }
    @Controller(['a', 'b'])
    @Authenticated()
    class Second {
      @Get('x')
      x(): void {}
      @EventPattern('orders.find')
      onFind(_event: unknown): void {}
      @MessagePattern('orders.all')
      all(): void {}
    }
    await expect(faultsOf([First, Second])).resolves.toEqual([
      'HTTP GET /a/x has 2 handlers: First.x, Second.x; keep one',
      'subject orders.find has 2 handlers: First.find, Second.onFind; keep one',
      'subject orders.all has 2 handlers: First.list, Second.all; keep one',
    ]);
  });

  it('does not start when something is public and restricted at once', async () => {
    @Controller()
    class Contradictory {
      @Get('a')
      @Public()
      @Authenticated()
      both(): void {}
      @Get('b')
      @Public()
      @Roles('teller')
      roles(): void {}
    }
    @Controller('restricted')
    @RequirePermissions('treasury:accounts:read')
    class RestrictedClass {
      @Get('a')
      @Public()
      method(): void {}
      @Get('b')
      fine(): void {}
    }
    @Controller('public')
    @Public()
    class PublicClass {
      @Get('a')
      @Authenticated()
      method(): void {}
      @Get('b')
      fine(): void {}
    }
    const contradiction = 'is @Public and restricted at once; keep one of them, on the method and its class';
    await expect(faultsOf([Contradictory, RestrictedClass, PublicClass])).resolves.toEqual([
      `Contradictory.both (HTTP GET /a) ${contradiction}`,
      `Contradictory.roles (HTTP GET /b) ${contradiction}`,
      `RestrictedClass.method (HTTP GET /restricted/a) ${contradiction}`,
      `PublicClass.method (HTTP GET /public/a) ${contradiction}`,
    ]);
  });

  it('does not start when a handler asks for a clearance that is not among the levels', async () => {
    @Controller()
    class Vaults {
      @Get('x')
      @RequireClearance('cosmic' as 'sealed')
      open() {}
    }
    expect(await faultsOf([Vaults])).toEqual([
      'Vaults.open (HTTP GET /x) asks for the clearance cosmic; name it in the option clearances',
    ]);
  });

  it('starts when everything is declared, and can say what', async () => {
    @Controller('orders')
    @Roles('teller')
    class OrdersController {
      @Get()
      @RequirePermissions('treasury:accounts:read')
      list(): void {}
      @All('any')
      any(): void {}
    }
    @Controller({ path: 'orders', version: '2' })
    @Public()
    class NewOrdersController {
      @Get()
      list(): void {}
      @Get('beta')
      @Version('3')
      beta(): void {}
    }
    @SocketGateway({ namespace: 'a' })
    @Authenticated()
    class GatewayA {
      @SocketMessage('watch')
      watch(): void {}
    }
    @SocketGateway({ namespace: 'b' })
    @Authenticated()
    class GatewayB {
      @SocketMessage('watch')
      watch(): void {}
    }
    await expect(start([OrdersController, NewOrdersController], [GatewayA, GatewayB])).resolves.toEqual([
      {
        name: 'OrdersController.list',
        entrance: 'HTTP GET /orders',
        rules: [
          { kind: 'permissions', allOf: ['treasury:accounts:read'] },
          { kind: 'roles', anyOf: ['teller'] },
        ],
      },
      { name: 'OrdersController.any', entrance: 'HTTP ALL /orders/any', rules: [{ kind: 'roles', anyOf: ['teller'] }] },
      { name: 'NewOrdersController.list', entrance: 'HTTP GET /orders version 2', rules: [{ kind: 'public' }] },
      { name: 'NewOrdersController.beta', entrance: 'HTTP GET /orders/beta version 3', rules: [{ kind: 'public' }] },
      { name: 'GatewayA.watch', entrance: 'socket a watch', rules: [{ kind: 'authenticated' }] },
      { name: 'GatewayB.watch', entrance: 'socket b watch', rules: [{ kind: 'authenticated' }] },
    ]);
  });
});
