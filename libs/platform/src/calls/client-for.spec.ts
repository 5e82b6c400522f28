import { AuthModule, Authenticated, type Principal, CurrentUser } from '@citadel/auth';
import { localIssuer } from '@citadel/auth/testing';
import { Id, type MessageOf, operation, problem, service } from '@citadel/protocol';
import { scratchNats, type ScratchNats } from '@citadel/stack/testing';
import type { Msg, NatsConnection } from '@nats-io/transport-node';
import { Controller, type INestMicroservice, Logger, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { z } from 'zod';

import { FailureFilter } from '../failure.filter.js';
import { newCall } from '../logging/call-context.js';
import { Bus } from '../nats/bus.js';
import { NatsLink } from '../nats/nats-link.js';
import { NatsTransport } from '../nats/nats-transport.js';
import { Handles, Message } from '../operations/handles.decorator.js';
import { calls, clientFor } from './client-for.js';

Logger.overrideLogger(false);

const issuer = localIssuer();
/** Under names that the register has, since NATS carries no other. */
const treasury = service('treasury', {
  findTransfer: operation({
    summary: 'Find',
    http: 'GET /transfers/{id}',
    params: { id: Id },
    response: z.object({ amount: z.int() }),
  }),
  transfer: operation({ summary: 'Pay', http: 'POST /transfers', body: {}, response: z.object({}) }),
});
const archives = service('archives', {
  look: operation({ summary: 'Look', http: 'GET /look/{id}', params: { id: Id }, response: z.unknown() }),
  pay: operation({ summary: 'Pay', http: 'POST /pay', response: z.unknown() }),
});

class TreasuryClient extends clientFor(treasury) {}

@Controller()
class LookController {
  constructor(private readonly treasury: TreasuryClient) {}

  @Handles(archives.look)
  @Authenticated()
  async look(@Message() { id }: MessageOf<typeof archives.look>, @CurrentUser() { id: user }: Principal) {
    return { user, found: await this.treasury.findTransfer({ id }) };
  }

  @Handles(archives.pay)
  @Authenticated()
  pay() {
    return this.treasury.transfer({});
  }
}

let nats: ScratchNats;
let treasurer: NatsConnection;
let link: NatsLink;
let gateway: NatsLink;
let app: INestMicroservice;
let heard: Msg[] = [];
let answer: (message: Msg) => void = () => undefined;
beforeAll(async () => {
  nats = await scratchNats();
  treasurer = await nats.connectAs('treasury');
  treasurer.subscribe('treasury.*', {
    callback: (_, message) => {
      heard.push(message);
      answer(message);
    },
  });
  await treasurer.flush();
  link = new NatsLink('archives', nats.configOf('archives'));
  gateway = new NatsLink('gateway', nats.configOf('gateway'), { inboxPrefix: '_INBOX' });
  const auth = AuthModule.forRoot(
    { issuer: issuer.issuer, audience: 'archives', keys: issuer.keys },
    { filter: FailureFilter },
  );
  @Module({ imports: [auth], controllers: [LookController], providers: [...calls(link), TreasuryClient] })
  class ArchivesModule {}
  const module = await Test.createTestingModule({ imports: [ArchivesModule] }).compile();
  Logger.overrideLogger(false);
  app = module.createNestMicroservice({ strategy: new NatsTransport(link, 'archives') });
  await app.listen();
  await gateway.whenConnected();
}, 30_000);
afterAll(async () => {
  await app?.close();
  await Promise.all([link?.close(), gateway?.close(), treasurer?.close()]);
  await nats?.close();
});
beforeEach(() => {
  heard = [];
  answer = (message) => message.respond('{"response":{"amount":7,"secret":1},"isDisposed":true}');
});

const tokenOf = (sub = 'kerstin') => issuer.tokenFor('archives', { sub });
const id = '018f0000-0000-7000-8000-000000000000';
const look = (token: string, patience = 4_000, call = newCall('request-1', '192.0.2.7')) =>
  new Bus(gateway, patience).call(archives.look, { id }, { token, call });

describe('a call to another service on a user’s behalf', () => {
  it('carries the user’s own token, the trace and the address, and brings back what the contract promises', async () => {
    const token = tokenOf('kerstin');
    const call = newCall('request-1', '192.0.2.7');
    expect(await look(token, 4_000, call)).toEqual({ user: 'kerstin', found: { amount: 7 } });
    const [message] = heard;
    expect(message?.json()).toMatchObject({ pattern: 'treasury.findTransfer', data: { id } });
    expect(message?.headers?.values('authorization')).toEqual([`Bearer ${token}`]);
    expect(message?.headers?.get('x-request-id')).toBe('request-1');
    expect(message?.headers?.get('traceparent')).toContain(call.traceId);
  });

  it('keeps the tokens of callers apart who ask at the same moment', async () => {
    answer = (message) => void setTimeout(() => message.respond('{"response":{"amount":1}}'), Math.random() * 20);
    const tokens = Array.from({ length: 40 }, (_, index) => tokenOf(`user-${String(index)}`));
    await Promise.all(tokens.map((token) => look(token)));
    const carried = heard.map(({ headers }) => headers?.get('authorization').replace('Bearer ', ''));
    expect(carried.sort()).toEqual([...tokens].sort());
  });

  it('waits no longer than the caller does', async () => {
    answer = () => undefined;
    const begun = performance.now();
    await expect(look(tokenOf(), 400)).rejects.toMatchObject({ code: 'timeout' });
    expect(performance.now() - begun).toBeLessThan(2_000);
    const [, patience = ''] = /;(\d+)$/.exec(heard[0]?.headers?.get('citadel-deadline') ?? '') ?? [];
    expect(Number(patience)).toBeLessThanOrEqual(400);
    expect(Number(patience)).toBeGreaterThan(0);
  });

  it('throws the problem that the other service answered', async () => {
    const refusal = problem('missing-permission', { permission: 'treasury:transfers:read' }).toBody();
    answer = (message) => message.respond(JSON.stringify({ err: refusal }));
    await expect(look(tokenOf())).rejects.toMatchObject({ code: 'missing-permission' });
  });

  it('lets nothing in that the contract of the other service does not promise', async () => {
    answer = (message) => message.respond('{"response":{"amount":"much"}}');
    await expect(look(tokenOf())).rejects.toMatchObject({ code: 'invalid-response' });
  });

  it('is refused by NATS when the register does not list it', async () => {
    const paying = new Bus(gateway, 4_000).call(archives.pay, {}, { token: tokenOf(), call: newCall('2') });
    await expect(paying).rejects.toMatchObject({ code: 'internal' });
    expect(heard).toEqual([]);
  });

  it('is not made where nobody is asking', async () => {
    const client = app.get(TreasuryClient);
    await expect(client.findTransfer({ id })).rejects.toMatchObject({ code: 'internal' });
    expect(heard).toEqual([]);
  });
});
