import type { AddressInfo, Server } from 'node:net';
import { AuthModule, Authenticated, CurrentUser, type Principal, Public, RequirePermissions } from '@citadel/auth';
import { localIssuer } from '@citadel/auth/testing';
import { type ScratchNats, scratchNats } from '@citadel/stack/testing';
import { headers, type NatsConnection, nkeyAuthenticator } from '@nats-io/transport-node';
import { Controller, Get, type INestApplication, Injectable, Logger, Module, Scope, type Type } from '@nestjs/common';
import { LazyModuleLoader, NestFactory } from '@nestjs/core';
import {
  ClientProxyFactory,
  EventPattern,
  MessagePattern,
  type MicroserviceOptions,
  Payload,
  Transport,
} from '@nestjs/microservices';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { firstValueFrom } from 'rxjs';

import { requestOnceServed } from './served.fixture.js';

Logger.overrideLogger(false);

const issuer = localIssuer();
const heard: unknown[] = [];
const quiet = { logger: false, abortOnError: false } as const;

@Controller()
class VaultController {
  @Get('open')
  @MessagePattern('treasury.open')
  @Public()
  open() {
    return { open: true };
  }
  @Get('draw')
  @MessagePattern('treasury.draw')
  @RequirePermissions('treasury:vault:draw')
  draw(@CurrentUser() { id }: Principal) {
    return { drawnBy: id };
  }
  /** Asks for nothing that only a guard could have put there. */
  @MessagePattern('treasury.secret')
  @RequirePermissions('treasury:vault:draw')
  secret() {
    return { secret: true };
  }
  @EventPattern('treasury.paid')
  @Authenticated()
  onPaid(@Payload() event: unknown): void {
    heard.push(event);
  }
}

@Injectable({ scope: Scope.REQUEST })
class PerCall {}

@Controller()
class PerCallController {
  constructor(readonly perCall: PerCall) {}
  @MessagePattern('treasury.perCall')
  @RequirePermissions('treasury:vault:draw')
  perCallSecret() {
    return { secret: true };
  }
}

@Controller()
class LateController {
  @MessagePattern('treasury.late')
  @RequirePermissions('treasury:vault:draw')
  late() {
    return { secret: true };
  }
}
@Module({ controllers: [LateController] })
class LateModule {}

function appModule(audience = 'treasury', controllers: Type[] = [VaultController, PerCallController]): Type {
  const auth = AuthModule.forRoot({ issuer: issuer.issuer, audience, keys: issuer.keys });
  @Module({ imports: [auth], controllers, providers: [PerCall] })
  class AppModule {}
  return AppModule;
}

let nats: ScratchNats | undefined;
let client: NatsConnection | undefined;
const cleanups: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  nats = await scratchNats();
  client = await nats.connectAs('gateway');
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});
afterAll(async () => {
  await client?.close();
  await nats?.close();
});

/** Nest's own transport, as a user configures it. */
function overNats(): MicroserviceOptions {
  if (!nats) throw new Error('NATS has not started');
  const { NATS_URL, NATS_CA, NATS_NKEY_SEED } = nats.configOf('treasury');
  return {
    transport: Transport.NATS,
    options: {
      servers: [NATS_URL],
      tls: { ca: NATS_CA },
      authenticator: nkeyAuthenticator(new TextEncoder().encode(NATS_NKEY_SEED)),
      inboxPrefix: '_INBOX.treasury',
    },
  };
}

const overTcp = (): MicroserviceOptions => ({ transport: Transport.TCP, options: { host: '127.0.0.1', port: 0 } });

/** Asks as anyone can who reaches NATS. @returns the answer, or the problem */
async function ask(subject: string, token?: string): Promise<unknown> {
  if (!client) throw new Error('NATS has not started');
  const carried = headers();
  if (token !== undefined) carried.set('authorization', `Bearer ${token}`);
  const payload = JSON.stringify({ pattern: subject, data: {}, id: '1' });
  const answer = await requestOnceServed(client, subject, payload, carried);
  const { err, response } = answer.json<{ readonly err?: unknown; readonly response?: unknown }>();
  return err ?? response;
}

async function overHttp(app: INestApplication, path: string, token?: string) {
  const authorization = token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } };
  const answer = await fetch(`${await app.getUrl()}/${path}`, authorization);
  return { status: answer.status, type: answer.headers.get('content-type'), body: (await answer.json()) as unknown };
}

const tokenWith = (...permissions: string[]) => issuer.tokenFor('treasury', { sub: 'ada', permissions });
const refusal = (status: number, code: string) =>
  expect.objectContaining({ status, code, decision: expect.stringMatching(/^[0-9a-f-]{36}$/) as string }) as object;
const unauthenticated = refusal(401, 'unauthenticated');
const missingPermission = refusal(403, 'missing-permission');
const starting = expect.objectContaining({ status: 503, code: 'service-unavailable', retryAfter: 1 }) as object;

async function expectGuardedMessages(): Promise<void> {
  for (const subject of ['treasury.draw', 'treasury.secret', 'treasury.perCall']) {
    expect([subject, await ask(subject)]).toEqual([subject, unauthenticated]);
    expect([subject, await ask(subject, 'nonsense')]).toEqual([subject, unauthenticated]);
    expect([subject, await ask(subject, tokenWith())]).toEqual([subject, missingPermission]);
  }
  expect(await ask('treasury.open')).toEqual({ open: true });
  expect(await ask('treasury.draw', tokenWith('treasury:vault:draw'))).toEqual({ drawnBy: 'ada' });
  expect(await ask('treasury.perCall', tokenWith('treasury:vault:draw'))).toEqual({ secret: true });
  await expectEventsGuarded();
}

async function expectEventsGuarded(): Promise<void> {
  heard.splice(0);
  client?.publish('treasury.paid', JSON.stringify({ pattern: 'treasury.paid', data: 'stranger' }));
  const carried = headers();
  carried.set('authorization', `Bearer ${tokenWith()}`);
  client?.publish('treasury.paid', JSON.stringify({ pattern: 'treasury.paid', data: 'ada' }), { headers: carried });
  // Messages of one connection arrive in order, and a listener has heard its event when it answers the next but one.
  for (let tries = 0; heard.length === 0 && tries < 1_000; tries++) await ask('treasury.open');
  await ask('treasury.open');
  expect(heard).toEqual(['ada']);
}

async function expectGuardedHttp(app: INestApplication): Promise<void> {
  const type = 'application/problem+json; charset=utf-8';
  expect(await overHttp(app, 'draw')).toEqual({ status: 401, type, body: unauthenticated });
  expect(await overHttp(app, 'draw', tokenWith())).toEqual({ status: 403, type, body: missingPermission });
  expect(await overHttp(app, 'draw', tokenWith('treasury:*'))).toMatchObject({ status: 200, body: { drawnBy: 'ada' } });
  expect(await overHttp(app, 'open')).toMatchObject({ status: 200, body: { open: true } });
}

/** Creates an application that the test's end closes. */
async function create(adapter: ExpressAdapter | FastifyAdapter = new ExpressAdapter(), module = appModule()) {
  const app = await NestFactory.create(module, adapter, quiet);
  cleanups.push(() => app.close());
  return app;
}

describe.each([
  ['Express', () => new ExpressAdapter()],
  ['Fastify', () => new FastifyAdapter()],
])('an application on %s', (_, adapter) => {
  it('is guarded over HTTP', async () => {
    const app = await create(adapter());
    await app.listen(0, '127.0.0.1');
    await expectGuardedHttp(app);
  });

  it.each([
    ['default options', {}],
    ['inheritAppConfig', { inheritAppConfig: true }],
    ['deferInitialization', { deferInitialization: true }],
  ])('is guarded over HTTP and in the microservice that it connects with %s', async (_, options) => {
    const app = await create(adapter());
    app.connectMicroservice(overNats(), options);
    await app.init();
    await app.startAllMicroservices();
    await app.listen(0, '127.0.0.1');
    await expectGuardedMessages();
    await expectGuardedHttp(app);
  });
});

describe('a microservice', () => {
  it('is guarded on its own', async () => {
    const app = await NestFactory.createMicroservice<MicroserviceOptions>(appModule(), { ...overNats(), ...quiet });
    cleanups.push(() => app.close());
    await app.listen();
    await expectGuardedMessages();
  });

  it('answers no message, public or not, before the start-up audit has passed', async () => {
    const app = await create();
    app.connectMicroservice(overNats());
    await app.startAllMicroservices();
    for (const subject of ['treasury.open', 'treasury.draw']) {
      expect(await ask(subject, tokenWith('*'))).toEqual(starting);
    }
    await app.listen(0, '127.0.0.1');
    await expectGuardedMessages();
  });

  it('answers no message when the start-up audit fails', async () => {
    @Controller()
    class Undeclared {
      @MessagePattern('treasury.undeclared')
      find() {
        return { secret: true };
      }
    }
    const app = await create(new ExpressAdapter(), appModule('treasury', [VaultController, Undeclared]));
    app.connectMicroservice(overNats());
    await app.startAllMicroservices();
    await expect(app.listen(0, '127.0.0.1')).rejects.toThrow(
      'Undeclared.find (subject treasury.undeclared) declares no',
    );
    for (const subject of ['treasury.open', 'treasury.undeclared', 'treasury.draw']) {
      expect(await ask(subject, tokenWith('*'))).toEqual(starting);
    }
  });

  it('is guarded next to another one in the same application', async () => {
    const app = await create();
    app.connectMicroservice(overNats());
    const tcp = app.connectMicroservice(overTcp());
    await app.init();
    await app.startAllMicroservices();
    await expectGuardedMessages();
    const { port } = tcp.unwrap<Server>().address() as AddressInfo;
    const tcpClient = ClientProxyFactory.create({ transport: Transport.TCP, options: { host: '127.0.0.1', port } });
    cleanups.push(() => Promise.resolve(tcpClient.close()));
    await expect(firstValueFrom(tcpClient.send('treasury.open', {}))).resolves.toEqual({ open: true });
    await expect(firstValueFrom(tcpClient.send('treasury.secret', {}))).rejects.toEqual(unauthenticated);
  });
});

describe('two applications of one process', () => {
  it('guard the same controllers each with its own audience', async () => {
    const [treasury, archives] = [await create(), await create(new ExpressAdapter(), appModule('archives'))];
    archives.connectMicroservice(overTcp());
    treasury.connectMicroservice(overNats());
    for (const app of [treasury, archives]) {
      await app.listen(0, '127.0.0.1');
      await app.startAllMicroservices();
    }
    await expectGuardedMessages();
    const forArchives = issuer.tokenFor('archives', { permissions: ['*'] });
    expect(await ask('treasury.secret', forArchives)).toEqual(unauthenticated);
    expect([
      (await overHttp(archives, 'draw', forArchives)).status,
      (await overHttp(treasury, 'draw', forArchives)).status,
    ]).toEqual([200, 401]);
  });

  it('do not need tokens where one of them has no AuthModule', async () => {
    await create();
    @Module({ controllers: [VaultController] })
    class WithoutAuth {}
    const app = await create(new ExpressAdapter(), WithoutAuth);
    app.connectMicroservice(overNats());
    await app.init();
    await app.startAllMicroservices();
    expect(await ask('treasury.secret')).toEqual({ secret: true });
  });
});

describe('a module that is loaded lazily', () => {
  it('is guarded in a microservice that is connected afterwards', async () => {
    const app = await create();
    await app.get(LazyModuleLoader).load(() => LateModule);
    app.connectMicroservice(overNats());
    await app.init();
    await app.startAllMicroservices();
    expect(await ask('treasury.late')).toEqual(unauthenticated);
    expect(await ask('treasury.late', tokenWith('treasury:*'))).toEqual({ secret: true });
  });

  it('is guarded in a microservice that is connected after the start', async () => {
    const app = await create();
    await app.init();
    await app.get(LazyModuleLoader).load(() => LateModule);
    app.connectMicroservice(overNats());
    await app.startAllMicroservices();
    expect(await ask('treasury.late')).toEqual(unauthenticated);
    expect(await ask('treasury.late', tokenWith())).toEqual(missingPermission);
  });

  it('stops the start when the guards came too early for it', async () => {
    const app = await create();
    app.connectMicroservice(overNats(), { deferInitialization: true });
    await app.get(LazyModuleLoader).load(() => LateModule);
    await expect(app.init()).rejects.toThrow(
      'LateController was loaded lazily and may be unguarded; import its module',
    );
  });
});

describe('an application context', () => {
  it('starts, and serves nothing', async () => {
    const context = await NestFactory.createApplicationContext(appModule(), quiet);
    await context.close();
  });
});

describe('an application that imports AuthModule twice', () => {
  it('does not start', async () => {
    @Module({ imports: [appModule(), AuthModule.forRoot({ issuer: 'x', audience: 'y', keys: issuer.keys })] })
    class Twice {}
    await expect(create(new ExpressAdapter(), Twice)).rejects.toThrow('AuthModule is imported twice');
  });
});
