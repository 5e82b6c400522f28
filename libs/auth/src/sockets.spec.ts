import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { request as httpRequest, type Server } from 'node:http';
import { Controller, Get, type INestApplication, Logger, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { WsAdapter } from '@nestjs/platform-ws';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { io } from 'socket.io-client';
import { WebSocket } from 'ws';

import { Revocations } from './guarded-app.fixture.js';
import { AuthModule, Authenticated, CurrentUser, type HttpRequest, type Principal, Public } from './index.js';
import { type Refusal, rememberUpgrade, RequirePermissions } from './index.js';
import { localIssuer } from './testing/index.js';

Logger.overrideLogger(false);

const issuer = localIssuer();

@WebSocketGateway()
class VaultGateway {
  handleConnection(client: object, request: HttpRequest | undefined): void {
    if (request) rememberUpgrade(client, request);
  }
  @SubscribeMessage('open')
  @Public()
  open() {
    return { event: 'answer', data: { open: true } };
  }
  @SubscribeMessage('public-user')
  @Public()
  publicUser(@CurrentUser() { id }: Principal) {
    return { event: 'answer', data: { id } };
  }
  @SubscribeMessage('me')
  @Authenticated()
  me(@CurrentUser() { id }: Principal) {
    return { event: 'answer', data: { id } };
  }
  @SubscribeMessage('draw')
  @RequirePermissions('treasury:vault:draw')
  draw() {
    return { event: 'answer', data: { drawn: true } };
  }
}

@Controller()
class HttpController {
  @Get('me')
  @Authenticated()
  me(@CurrentUser() { id }: Principal) {
    return { id };
  }
}

/** One socket: sends a message and waits for the one answer to it. */
interface Client {
  ask(message: string): Promise<unknown>;
  close(): void;
}

async function overSocketIo(url: string, token?: string): Promise<Client> {
  const socket = io(url, { transports: ['websocket'], auth: token === undefined ? {} : { token } });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
  });
  return {
    ask: (message) =>
      new Promise((resolve) => {
        socket.once('answer', resolve);
        socket.once('exception', resolve);
        socket.emit(message, {});
      }).finally(() => socket.removeAllListeners()),
    close: () => void socket.disconnect(),
  };
}

async function overWs(url: string, token?: string): Promise<Client> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const socket = new WebSocket(url.replace('http', 'ws'), { headers });
  await once(socket, 'open');
  return {
    async ask(message) {
      const answer = once(socket, 'message') as Promise<[Buffer]>;
      socket.send(JSON.stringify({ event: message, data: {} }));
      return (JSON.parse((await answer)[0].toString()) as { readonly data: unknown }).data;
    },
    close: () => socket.terminate(),
  };
}

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function serve(adapterOf?: (app: INestApplication) => WsAdapter | IoAdapter, providers: Type[] = [VaultGateway]) {
  const revocations = new Revocations();
  const refusals: Refusal[] = [];
  const onRefusal = (refusal: Refusal) => refusals.push(refusal);
  @Module({
    imports: [
      AuthModule.forRoot({ issuer: issuer.issuer, audience: 'orders', keys: issuer.keys, revocations, onRefusal }),
    ],
    controllers: [HttpController],
    providers,
  })
  class AppModule {}
  const app = await NestFactory.create(AppModule, new FastifyAdapter(), { logger: false, abortOnError: false });
  cleanups.push(() => app.close());
  if (adapterOf) app.useWebSocketAdapter(adapterOf(app));
  await app.listen(0, '127.0.0.1');
  const { port } = (app.getHttpServer() as Server).address() as AddressInfo;
  return { url: `http://127.0.0.1:${String(port)}`, port, revocations, refusals };
}

describe.each([
  ['Socket.IO', (app: INestApplication) => new IoAdapter(app), overSocketIo],
  ['ws', (app: INestApplication) => new WsAdapter(app), overWs],
])('a gateway on %s', (_, adapterOf, connect) => {
  const connected = async (url: string, token?: string) => {
    const client = await connect(url, token);
    cleanups.push(() => client.close());
    return client;
  };
  const refused = (status: number, code: string, pattern: string) =>
    expect.objectContaining({ status, code, decision: expect.any(String) as string, cause: { pattern } }) as object;

  it('answers with a good token, and refuses without one and without the permission', async () => {
    const { url, refusals } = await serve(adapterOf);
    const stranger = await connected(url);
    expect(await stranger.ask('open')).toEqual({ open: true });
    expect(await stranger.ask('me')).toEqual(refused(401, 'unauthenticated', 'me'));
    const ada = await connected(url, issuer.tokenFor('orders', { sub: 'ada' }));
    expect(await ada.ask('me')).toEqual({ id: 'ada' });
    expect(await ada.ask('draw')).toEqual(refused(403, 'missing-permission', 'draw'));
    const teller = await connected(url, issuer.tokenFor('orders', { permissions: ['treasury:vault:draw'] }));
    expect(await teller.ask('draw')).toEqual({ drawn: true });
    expect(refusals.map(({ code, entrance }) => [code, entrance])).toEqual([
      ['unauthenticated', 'socket me'],
      ['missing-permission', 'socket draw'],
    ]);
  });

  it('has no principal on a public handler, nor once the token of the socket is revoked', async () => {
    const { url, revocations } = await serve(adapterOf);
    const ada = await connected(url, issuer.tokenFor('orders', { sub: 'ada', jti: 'token-1' }));
    expect(await ada.ask('me')).toEqual({ id: 'ada' });
    expect(await ada.ask('public-user')).toEqual(refused(401, 'unauthenticated', 'public-user'));
    revocations.revoke({ kind: 'token', id: 'token-1' });
    expect(await ada.ask('me')).toEqual(refused(401, 'unauthenticated', 'me'));
    expect(await ada.ask('public-user')).toEqual(refused(401, 'unauthenticated', 'public-user'));
  });
});

describe('two Authorization headers of one request', () => {
  it('are not a credential, even if one of them is valid', async () => {
    const { port } = await serve(undefined, []);
    const good = `Bearer ${issuer.tokenFor('orders', { sub: 'ada' })}`;
    const ask = async (...authorization: string[]) => {
      const asked = httpRequest({ port, host: '127.0.0.1', path: '/me' });
      // An array of headers is written as it is.
      asked.setHeader('authorization', authorization);
      const [response] = (await once(asked.end(), 'response')) as [{ statusCode?: number; resume(): void }];
      response.resume();
      return response.statusCode;
    };
    expect(await ask(good)).toBe(200);
    for (const pair of [
      [good, 'Bearer junk'],
      ['Bearer junk', good],
      [good, good],
    ])
      expect(await ask(...pair)).toBe(401);
  });
});
