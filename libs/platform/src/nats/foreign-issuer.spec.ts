import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { AuthModule, CurrentUser, namesAt, oidcIssuer, type Principal, RequirePermissions } from '@citadel/auth';
import { jest } from '@jest/globals';
import { type ScratchNats, scratchNats } from '@citadel/stack/testing';
import { headers, type NatsConnection, nkeyAuthenticator } from '@nats-io/transport-node';
import { Controller, Get, type INestApplication, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MessagePattern, Transport } from '@nestjs/microservices';
import { ExpressAdapter } from '@nestjs/platform-express';
import until from 'p-wait-for';

import { requestOnceServed } from './served.fixture.js';

@Controller()
class OrdersController {
  @Get('orders')
  @MessagePattern('treasury.orders')
  // A name of the issuer's, which the compiler does not know here.
  @RequirePermissions('orders:read' as never)
  list(@CurrentUser() { id, clientId }: Principal) {
    return { id, clientId };
  }
}

const unavailable: RequestListener = (_, response) => void response.writeHead(500).end();
let handle: RequestListener = unavailable;
let server: Server | undefined;
let issuer = '';
let nats: ScratchNats | undefined;
let client: NatsConnection | undefined;
let app: INestApplication | undefined;

beforeAll(async () => {
  server = createServer((request, response) => handle(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A server on a port has an address of this kind.
  issuer = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  nats = await scratchNats();
  client = await nats.connectAs('gateway');
  app = await hybridApp(nats);
}, 60_000);
afterAll(async () => {
  await app?.close();
  await client?.close();
  await nats?.close();
  server?.close();
  jest.restoreAllMocks();
});

/** An adopter's application: HTTP on Express, and messages over Nest's own NATS transport. */
async function hybridApp(bus: ScratchNats): Promise<INestApplication> {
  const trusted = oidcIssuer(issuer, { http: { reloadAfter: 1_000 }, claims: { permissions: namesAt('scope') } });
  @Module({ imports: [AuthModule.forRoot({ audience: 'orders', ...trusted })], controllers: [OrdersController] })
  class AppModule {}
  const { NATS_URL, NATS_CA, NATS_NKEY_SEED } = bus.configOf('treasury');
  const hybrid = await NestFactory.create(AppModule, new ExpressAdapter(), { logger: false });
  hybrid.connectMicroservice({
    transport: Transport.NATS,
    options: {
      servers: [NATS_URL],
      tls: { ca: NATS_CA },
      authenticator: nkeyAuthenticator(new TextEncoder().encode(NATS_NKEY_SEED)),
      inboxPrefix: '_INBOX.treasury',
    },
  });
  await hybrid.init();
  await hybrid.startAllMicroservices();
  await hybrid.listen(0, '127.0.0.1');
  return hybrid;
}

async function openProvider(): Promise<void> {
  // It warns of Node.js 20, and of a store that is right for a test.
  jest.spyOn(console, 'warn').mockImplementation(() => undefined);
  const { Provider } = await import('oidc-provider');
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { privateKey: other } = generateKeyPairSync('ed25519');
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'shop',
        client_secret: 'a secret of this test alone',
        id_token_signed_response_alg: 'ES256',
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
      },
    ],
    scopes: ['orders:read', 'orders:write'],
    ttl: { ClientCredentials: 300 },
    // The second key is of a kind that nobody here can use (RFC 7517 §5).
    jwks: { keys: [privateKey, other].map((key) => ({ ...key.export({ format: 'jwk' }), use: 'sig' })) },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_, resource) => ({
          audience: new URL(resource).hostname.split('.')[0] ?? '',
          scope: 'orders:read orders:write',
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'ES256' } },
        }),
      },
    },
  });
  const callback = provider.callback();
  handle = (request, response) => void callback(request, response);
}

async function tokenFor(scope: string, resource = 'https://orders.example'): Promise<string> {
  const answer = await fetch(`${issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa('shop:a+secret+of+this+test+alone')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope, resource }),
  });
  const body = (await answer.json()) as { readonly access_token?: string };
  if (!body.access_token) throw new Error(`The issuer gave no token: ${JSON.stringify(body)}`);
  return body.access_token;
}

async function overHttp(token: string): Promise<readonly [number, unknown]> {
  const answer = await fetch(`${(await app?.getUrl()) ?? ''}/orders`, {
    headers: { authorization: `Bearer ${token}` },
  });
  return [answer.status, await answer.json()];
}

async function overNats(token: string): Promise<unknown> {
  if (!client) throw new Error('NATS has not started');
  const carried = headers();
  carried.set('authorization', `Bearer ${token}`);
  const payload = JSON.stringify({ pattern: 'treasury.orders', data: {}, id: '1' });
  const answer = await requestOnceServed(client, 'treasury.orders', payload, carried);
  const { err, response } = answer.json<{ readonly err?: unknown; readonly response?: unknown }>();
  return err ?? response;
}

describe('a service that trusts an issuer which is not Citadel', () => {
  it('answers 503 while the issuer is unavailable, and serves when it comes', async () => {
    expect(await overHttp('e30.e30.AA')).toEqual([503, expect.objectContaining({ code: 'service-unavailable' })]);
    await openProvider();
    const token = await tokenFor('orders:read');
    await until(async () => (await overHttp(token))[0] !== 503);
    expect(await overHttp(token)).toEqual([200, { id: 'shop', clientId: 'shop' }]);
    expect(await overNats(token)).toEqual({ id: 'shop', clientId: 'shop' });
  }, 30_000);

  it.each([
    ['without the permission', () => tokenFor('orders:write'), 403, 'missing-permission'],
    ['for another audience', () => tokenFor('orders:read', 'https://stock.example'), 401, 'unauthenticated'],
    ['whose claims were changed', async () => raised(await tokenFor('orders:write')), 401, 'unauthenticated'],
  ])('refuses a token %s, over HTTP and over NATS', async (_, make, status, code) => {
    const token = await make();
    expect(await overHttp(token)).toEqual([status, expect.objectContaining({ code })]);
    expect(await overNats(token)).toMatchObject({ status, code });
  });
});

function raised(token: string): string {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const claims = Buffer.from(payload, 'base64url').toString().replace('orders:write', 'orders:read');
  return [header, Buffer.from(claims).toString('base64url'), signature].join('.');
}
