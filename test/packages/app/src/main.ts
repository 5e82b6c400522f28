import { createServer } from 'node:net';
import { headers } from '@nats-io/transport-node';
import { type INestApplication, type INestMicroservice, Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  ClientProxyFactory,
  type MicroserviceOptions,
  type NatsOptions,
  NatsRecordBuilder,
  type TcpOptions,
  Transport,
} from '@nestjs/microservices';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { firstValueFrom } from 'rxjs';

import { AppModule, issuer } from './orders.js';

Logger.overrideLogger(false);

type Answer = Readonly<Record<string, unknown>>;
type Ask = (token: string | undefined) => Promise<Answer>;

const order = { book: 'Emma', copies: 1 };
const permissions = ['orders:orders:*'];

/** What each kind of caller is answered. */
async function answersTo(ask: Ask): Promise<Record<string, unknown>> {
  return {
    nobody: await ask(undefined),
    forged: await ask(issuer.tokenFor('invoices', { permissions })),
    unentitled: await ask(issuer.tokenFor('orders', { sub: 'ada' })),
    entitled: await ask(issuer.tokenFor('orders', { sub: 'ada', permissions })),
  };
}

async function overHttp(app: INestApplication): Promise<object> {
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  return answersTo(async (token) => {
    const authorization: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const response = await fetch(`${url}/orders`, { method: 'POST', headers: authorization });
    return pick((await response.json()) as Answer);
  });
}

async function overMessages(
  app: INestApplication | INestMicroservice,
  options: NatsOptions | TcpOptions,
  data = order,
) {
  if ('startAllMicroservices' in app) await app.startAllMicroservices();
  else await app.listen();
  // Its overloads take one transport at a time.
  const client = ClientProxyFactory.create(options as NatsOptions);
  const ask = (subject: string, message: object, token?: string) => {
    const carried = headers();
    if (token !== undefined) carried.set('authorization', `Bearer ${token}`);
    const record =
      options.transport === Transport.NATS ? new NatsRecordBuilder(message).setHeaders(carried).build() : message;
    return firstValueFrom(client.send<Answer>(subject, record)).then(pick, (problem: unknown) =>
      pick(problem as Answer),
    );
  };
  try {
    const wrong = await ask('orders.place', {}, issuer.tokenFor('orders', { permissions }));
    const many = await ask('orders.place', { ...data, copies: 101 }, issuer.tokenFor('orders', { permissions }));
    return {
      ...(await answersTo((token) => ask('orders.place', data, token))),
      wrong,
      many,
      open: await ask('health', {}),
    };
  } finally {
    client.close();
  }
}

/** What does not change from run to run. */
const pick = ({ code, status, permission, book, by }: Answer): Answer =>
  JSON.parse(JSON.stringify({ code, status, permission, book, by })) as Answer;

const freePort = () =>
  new Promise<number>((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });

const nats = (): NatsOptions => ({ transport: Transport.NATS, options: { servers: [process.argv[2] ?? ''] } });
const tcp = async (): Promise<TcpOptions> => ({
  transport: Transport.TCP,
  options: { host: '127.0.0.1', port: await freePort() },
});

async function hybrid(options: MicroserviceOptions): Promise<INestApplication> {
  const app = await NestFactory.create(AppModule, new ExpressAdapter());
  app.connectMicroservice(options);
  return app.init();
}

async function using<A extends INestApplication | INestMicroservice>(
  app: Promise<A>,
  run: (app: A) => Promise<object>,
) {
  const made = await app;
  return run(made).finally(() => made.close());
}

const overTcp = await tcp();
const results = {
  express: await using(NestFactory.create(AppModule, new ExpressAdapter()), overHttp),
  fastify: await using(NestFactory.create(AppModule, new FastifyAdapter()), overHttp),
  nats: await using(NestFactory.createMicroservice<NatsOptions>(AppModule, nats()), (app) => overMessages(app, nats())),
  tcp: await using(NestFactory.createMicroservice<TcpOptions>(AppModule, overTcp), (app) => overMessages(app, overTcp)),
  hybrid: await using(hybrid(nats()), async (app) => ({
    http: await overHttp(app),
    nats: await overMessages(app, nats()),
  })),
};
console.log(JSON.stringify(results));
