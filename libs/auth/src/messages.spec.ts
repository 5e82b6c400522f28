import type { AddressInfo, Server } from 'node:net';
import { Controller, type INestMicroservice, Logger, Module } from '@nestjs/common';
import {
  ClientProxyFactory,
  type ClientTCP,
  EventPattern,
  MessagePattern,
  Payload,
  Transport,
} from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import { firstValueFrom } from 'rxjs';

import { AuthModule, Authenticated, type Refusal, Public, RequirePermissions } from './index.js';
import { localIssuer } from './testing/index.js';

Logger.overrideLogger(false);

const issuer = localIssuer();
const refusals: Refusal[] = [];
const heard: unknown[] = [];

@Controller()
class OrdersController {
  @MessagePattern('orders.open')
  @Public()
  open() {
    return { open: true };
  }
  @MessagePattern('orders.me')
  @Authenticated()
  me() {
    return { secret: true };
  }
  @MessagePattern('orders.draw')
  @RequirePermissions('treasury:vault:draw')
  draw() {
    return { secret: true };
  }
  @EventPattern('orders.paid')
  @Authenticated()
  onPaid(@Payload() event: unknown): void {
    heard.push(event);
  }
}

@Module({
  imports: [
    AuthModule.forRoot({
      issuer: issuer.issuer,
      audience: 'orders',
      keys: issuer.keys,
      onRefusal: (refusal) => refusals.push(refusal),
    }),
  ],
  controllers: [OrdersController],
})
class AppModule {}

// Nest's TCP transport has no headers, so nobody can show a token there: what is not public is closed, not open.
describe('a service on a transport without headers', () => {
  let app: INestMicroservice;
  let client: ClientTCP;
  beforeAll(async () => {
    const module = await Test.createTestingModule({ imports: [AppModule] }).compile();
    app = module.createNestMicroservice({ transport: Transport.TCP, options: { port: 0, host: '127.0.0.1' } });
    await app.listen();
    const { port } = app.unwrap<Server>().address() as AddressInfo;
    client = ClientProxyFactory.create({ transport: Transport.TCP, options: { port, host: '127.0.0.1' } }) as ClientTCP;
  });
  afterAll(async () => {
    client.close();
    await app.close();
  });
  beforeEach(() => refusals.splice(0));

  const token = issuer.tokenFor('orders', { permissions: ['*'] });
  const sovereign = { id: 'eve', roles: ['sovereign'], permissions: ['*'] };
  const smuggled = {
    user: sovereign,
    authInfo: sovereign,
    session: { user: sovereign },
    token,
    authorization: `Bearer ${token}`,
    headers: { authorization: `Bearer ${token}` },
  };
  const send = (pattern: string, data: unknown) => firstValueFrom(client.send<unknown>(pattern, data));

  it.each(['orders.me', 'orders.draw'])('refuses %s, whatever the payload says', async (pattern) => {
    for (const data of [{}, smuggled, [smuggled], 'text']) {
      await expect(send(pattern, data)).rejects.toMatchObject({ status: 401, code: 'unauthenticated' });
    }
    expect(refusals.map(({ code, rule, subject }) => [code, rule, subject])).toEqual(
      Array(4).fill(['unauthenticated', 'unauthenticated', undefined]),
    );
  });

  it('answers what is public', async () => {
    await expect(send('orders.open', smuggled)).resolves.toEqual({ open: true });
  });

  it('does not handle an event without a token, and logs that', async () => {
    await firstValueFrom(client.emit('orders.paid', smuggled), { defaultValue: undefined });
    // A request on the same connection comes after it.
    await send('orders.open', {});
    await send('orders.open', {});
    expect(heard).toEqual([]);
    expect(refusals).toMatchObject([{ code: 'unauthenticated', service: 'orders' }]);
  });
});
