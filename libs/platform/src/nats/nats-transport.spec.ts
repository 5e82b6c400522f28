import { scratchNats, type ScratchNats } from '@citadel/stack/testing';
import type { NatsConnection } from '@nats-io/transport-node';
import type { INestMicroservice } from '@nestjs/common';
import until from 'p-wait-for';

import { NatsLink } from './nats-link.js';
import { NatsTransport } from './nats-transport.js';
import { ask, type Inside, issuer, serve } from './served.fixture.js';

let nats: ScratchNats;
let gateway: NatsConnection;
beforeAll(async () => {
  nats = await scratchNats();
  gateway = await nats.connectAs('gateway');
}, 30_000);
afterAll(async () => {
  await gateway?.close();
  await nats?.close();
});

interface Replica {
  readonly app: INestMicroservice;
  readonly inside: Inside;
  readonly link: NatsLink;
}
const replicas: Replica[] = [];
async function replica(): Promise<Replica> {
  const link = new NatsLink('treasury', nats.configOf('treasury'));
  const started = { link, ...(await serve({ strategy: new NatsTransport(link, 'treasury') })) };
  replicas.push(started);
  return started;
}
afterEach(async () => {
  for (const { app, inside, link } of replicas.splice(0)) {
    inside.release();
    await app.close();
    await link.close();
  }
});

describe('a message', () => {
  it.each<[string, string | Uint8Array]>([
    ['nothing', ''],
    ['no JSON', 'hello'],
    ['a list', '[]'],
    ['no data', '{"pattern":"treasury.open","id":"1"}'],
    ['no UTF-8', Buffer.from('{"data":{"user":"\xff"}}', 'latin1')],
  ])('is answered as invalid when it is %s', async (_, payload) => {
    await replica();
    const answer = await gateway.request('treasury.open', payload, { timeout: 5_000 });
    expect(answer.json()).toMatchObject({ err: { status: 400, code: 'invalid-request' } });
  });

  it('is answered with what is wrong in it', async () => {
    await replica();
    const token = `Bearer ${issuer.tokenFor('treasury', { permissions: ['*'] })}`;
    const faults = async (data: unknown) =>
      ((await ask(gateway, 'treasury.draw', data, token))['err'] as { errors: unknown }).errors;
    expect(await faults({ amount: 'x', roles: ['sovereign'] })).toEqual([
      { in: 'message', path: '/amount', message: expect.any(String) },
      { in: 'message', path: '/roles', message: 'is not known here' },
    ]);
    for (const data of [null, [], 'text', 7]) expect(await faults(data)).toHaveLength(1);
  });

  it('is not carried out when no reply is expected', async () => {
    const { inside } = await replica();
    gateway.publish('treasury.wait', JSON.stringify({ data: {} }));
    await ask(gateway, 'treasury.open', {});
    await ask(gateway, 'treasury.open', {});
    expect(inside.waiting).toBe(0);
  });

  it('is neither carried out nor answered when its reply subject is not an inbox', async () => {
    const { inside } = await replica();
    const auth = await nats.connectAs('auth');
    const heard: string[] = [];
    const spy = auth.subscribe('auth.>', { callback: (_, message) => void heard.push(message.subject) });
    await auth.flush();
    gateway.publish('treasury.wait', JSON.stringify({ data: {} }), { reply: 'auth.logoutAll' });
    gateway.publish('treasury.wait', 'no request at all', { reply: 'auth.logoutAll' });
    await ask(gateway, 'treasury.open', {});
    await ask(gateway, 'treasury.open', {});
    expect([inside.waiting, heard]).toEqual([0, []]);
    spy.unsubscribe();
    await auth.close();
  });

  it('gets an error answer when its answer is too large', async () => {
    await replica();
    expect(await ask(gateway, 'treasury.grow', { size: 3_000_000 })).toMatchObject({
      err: { status: 500, code: 'internal' },
    });
    expect(await ask(gateway, 'treasury.grow', { size: 1_900_000 })).toMatchObject({ response: expect.any(String) });
  });

  it('is refused when there are too many, and the next one is served', async () => {
    const { inside } = await replica();
    const waiting = Array.from({ length: 256 }, () => ask(gateway, 'treasury.wait', {}));
    await until(() => inside.waiting === 256);
    expect(await ask(gateway, 'treasury.open', {})).toMatchObject({
      err: { status: 503, code: 'service-unavailable', retryAfter: 1 },
    });
    inside.release();
    expect((await Promise.all(waiting)).every(({ response }) => response === 'released')).toBe(true);
    expect(await ask(gateway, 'treasury.open', {})).toMatchObject({ response: { open: true } });
  });

  it('is handled by one of two replicas', async () => {
    const two = [await replica(), await replica()];
    const waiting = Array.from({ length: 50 }, () => ask(gateway, 'treasury.wait', {}));
    const handled = () => two.map(({ inside }) => inside.waiting);
    await until(() => handled().reduce((sum, one) => sum + one) === 50);
    two.forEach(({ inside }) => inside.release());
    await Promise.all(waiting);
    expect(handled().reduce((sum, one) => sum + one)).toBe(50);
    expect(Math.min(...handled())).toBeGreaterThan(0);
  });
});

describe('a service that stops', () => {
  /** What is on its way to the service when it begins to stop may still be served. */
  async function turnedAway(tries = 100): Promise<string> {
    if (tries === 0) throw new Error('it goes on and on');
    return ask(gateway, 'treasury.open', {}).then(
      () => turnedAway(tries - 1),
      (error: unknown) => String(error),
    );
  }

  it('finishes what it has begun, and takes nothing new', async () => {
    const { app, inside, link } = await replica();
    const begun = ask(gateway, 'treasury.wait', {});
    await until(() => inside.waiting === 1);
    const closing = app.close();
    await expect(turnedAway()).resolves.toMatch(/no responders/i);
    inside.release();
    await expect(begun).resolves.toMatchObject({ response: 'released' });
    await closing;
    await link.close();
  });
});
