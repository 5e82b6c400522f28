import { scratchNats, type ScratchNats } from '@citadel/stack/testing';
import { headers, type NatsConnection } from '@nats-io/transport-node';
import type { INestMicroservice } from '@nestjs/common';
import until from 'p-wait-for';

import { newCall } from '../logging/call-context.js';
import { Bus } from './bus.js';
import { NatsLink } from './nats-link.js';
import { NatsTransport } from './nats-transport.js';
import { ask, type Inside, requestOnceServed, serve, stall } from './served.fixture.js';

const TIMED_OUT = { status: 504, code: 'timeout' };

let nats: ScratchNats;
let [caller, service]: NatsLink[] = [];
let app: INestMicroservice;
let inside: Inside;
beforeAll(async () => {
  nats = await scratchNats();
  caller = new NatsLink('gateway', nats.configOf('gateway'), { inboxPrefix: '_INBOX' });
  await caller.whenConnected();
});
beforeEach(async () => {
  service = new NatsLink('treasury', nats.configOf('treasury'));
  ({ app, inside } = await serve({ strategy: new NatsTransport(service, 'treasury') }));
});
afterEach(async () => {
  inside.release();
  await app.close();
  await service?.close();
});
afterAll(async () => {
  await caller?.close();
  await nats?.close();
});

const options = { token: undefined, call: newCall('1') };
function busWith(timeout: number): Bus {
  if (!caller) throw new Error('not connected yet');
  return new Bus(caller, timeout);
}

describe('a request whose caller has stopped waiting', () => {
  it('is not carried out when NATS delivers it after all', async () => {
    const [patient, hasty] = [busWith(60_000), busWith(200)];
    const isAnswered = () =>
      hasty.call(stall.open, {}, options).then(
        () => true,
        () => false,
      );
    for (let asked = 0; asked < 5; asked += 1) await patient.call(stall.open, {}, options);
    nats.pause();
    // A server that was told to stop may still deliver what it has read.
    await until(async () => !(await isAnswered()));
    await expect(hasty.call(stall.wait, {}, options)).rejects.toMatchObject(TIMED_OUT);
    // It is long over by the time at which NATS goes on, even if the five before it were slow.
    for (let asked = 0; asked < 5; asked += 1) await isAnswered();
    nats.resume();
    await expect(patient.call(stall.open, {}, options)).resolves.toEqual({ open: true });
    expect(inside.waiting).toBe(0);
  });

  it('is finished when it had begun before', async () => {
    const asking = expect(busWith(500).call(stall.wait, {}, options)).rejects.toMatchObject(TIMED_OUT);
    await until(() => inside.waiting === 1);
    await asking;
    expect(inside.finished).toBe(0);
    inside.release();
    await until(() => inside.finished === 1);
  });
});

describe('the deadline of a message', () => {
  let gateway: NatsConnection;
  beforeAll(async () => (gateway = await nats.connectAs('gateway')));
  afterAll(() => gateway?.close());

  async function askWith(deadlines: readonly string[], subject = 'treasury.wait', connection = gateway) {
    const carried = headers();
    for (const deadline of deadlines) carried.append('citadel-deadline', deadline);
    carried.set('authorization', 'Bearer forged');
    const payload = JSON.stringify({ pattern: subject, data: {}, id: '1' });
    return (await requestOnceServed(connection, subject, payload, carried)).json<Record<string, unknown>>();
  }
  const inTime = { response: { open: true } };

  it('is looked at before the token, and answered all the same', async () => {
    expect(await askWith(['1000000;5000'], 'treasury.open')).toMatchObject(inTime);
    expect(await askWith(['1000000;5000'], 'treasury.me')).toMatchObject({ err: { code: 'unauthenticated' } });
    expect(await askWith(['900000;5000'], 'treasury.me')).toMatchObject({ err: TIMED_OUT });
    expect(await askWith(['900000;5000'])).toMatchObject({ err: TIMED_OUT });
    expect(inside.waiting).toBe(0);
  });

  it('is measured by the clock of its own sender', async () => {
    const other = await nats.connectAs('gateway');
    expect(await askWith(['1000000;5000'], 'treasury.open')).toMatchObject(inTime);
    expect(await askWith(['0;5000'], 'treasury.open', other)).toMatchObject(inTime);
    await other.close();
  });

  it.each([
    ['no number', ['soon']],
    ['empty', ['']],
    ['one number', ['5000']],
    ['three numbers', ['1;5000;1']],
    ['negative', ['-1;5000']],
    ['a fraction', ['1.5;5000']],
    ['longer than anybody waits', ['1000000;60001']],
    ['there twice', ['1000000;5000', '1000000;5000']],
  ])('is refused, and nothing carried out, when it is %s', async (_, deadlines) => {
    expect(await askWith(deadlines)).toMatchObject({ err: { status: 400, code: 'invalid-request' } });
    expect(inside.waiting).toBe(0);
  });

  it('may be missing: some callers wait for as long as it takes', async () => {
    expect(await ask(gateway, 'treasury.open', {})).toMatchObject(inTime);
  });
});
