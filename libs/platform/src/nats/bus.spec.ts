import { Problem, problem } from '@citadel/protocol';
import { scratchNats, type ScratchNats } from '@citadel/stack/testing';
import type { Msg, NatsConnection } from '@nats-io/transport-node';
import { Logger } from '@nestjs/common';
import until from 'p-wait-for';

import { newCall } from '../logging/call-context.js';
import { Bus } from './bus.js';
import { NatsLink } from './nats-link.js';
import { stall } from './served.fixture.js';

Logger.overrideLogger(false);

let nats: ScratchNats;
let service: NatsConnection;
let link: NatsLink;
let bus: Bus;
let answer: (message: Msg) => void = () => undefined;
beforeAll(async () => {
  nats = await scratchNats();
  service = await nats.connectAs('treasury');
  service.subscribe('treasury.open', { callback: (_, message) => answer(message) });
  await service.flush();
  link = new NatsLink('gateway', nats.configOf('gateway'), { inboxPrefix: '_INBOX' });
  await link.whenConnected();
  bus = new Bus(link, 300);
}, 30_000);
afterAll(async () => {
  await link?.close();
  await service?.close();
  await nats?.close();
});

const call = newCall('request-1');
const ask = (operation: Parameters<Bus['call']>[0] = stall.open, token?: string) =>
  bus.call(operation, { x: 1 }, { token, call });
const failure = async (asking: Promise<unknown>): Promise<Problem> => {
  const outcome = await asking.then(
    (value) => value,
    (error: unknown) => error,
  );
  if (!(outcome instanceof Problem)) throw new Error(`not a problem: ${String(outcome)}`);
  return outcome;
};

describe('a call', () => {
  it('carries the token, the trace, how long it waits and the message, and brings the answer back', async () => {
    let heard: Msg | undefined;
    answer = (message) => {
      heard = message;
      message.respond('{"response":{"y":2},"isDisposed":true,"id":"request-1"}');
    };
    await expect(ask(stall.open, 'abc')).resolves.toEqual({ y: 2 });
    expect(heard?.json()).toEqual({ pattern: 'treasury.open', data: { x: 1 }, id: 'request-1' });
    expect(heard?.headers?.values('authorization')).toEqual(['Bearer abc']);
    expect(heard?.headers?.get('traceparent')).toBe(`00-${call.traceId}-${call.spanId}-01`);
    expect(heard?.headers?.get('x-request-id')).toBe('request-1');
    expect(heard?.headers?.values('citadel-deadline')).toEqual([expect.stringMatching(/^\d+;300$/)]);
  });

  it('without a token shows none', async () => {
    let heard: Msg | undefined;
    answer = (message) => {
      heard = message;
      message.respond('{"isDisposed":true}');
    };
    await expect(ask()).resolves.toBeNull();
    expect(heard?.headers?.has('authorization')).toBe(false);
  });

  it('throws the problem that the service answered', async () => {
    const body = problem('missing-permission', { permission: 'treasury:vault:draw', decision: 'd' }).toBody();
    answer = (message) => message.respond(JSON.stringify({ err: body }));
    expect((await failure(ask())).toBody()).toEqual(body);
  });

  it.each(['', 'nonsense', 'null', '7', '"text"'])('says that an answer is invalid: %j', async (text) => {
    answer = (message) => message.respond(text);
    expect(await failure(ask())).toMatchObject({ status: 502, code: 'invalid-response' });
  });

  it.each([
    '{"err":"Internal server error"}',
    '{"err":{"status":"error","message":"no"}}',
    '{"err":{"code":"teapot"}}',
  ])('shows nothing of an error that is not a problem: %s', async (text) => {
    answer = (message) => message.respond(text);
    expect((await failure(ask())).toBody()).toEqual(problem('internal').toBody());
  });

  it('is given up when the service does not answer in time', async () => {
    answer = () => undefined;
    expect(await failure(ask())).toMatchObject({ status: 504, code: 'timeout' });
  });

  it('takes its own answer alone: none that was late, none for another call, and no second one', async () => {
    const heard: Msg[] = [];
    answer = (message) => void heard.push(message);
    expect((await failure(ask())).code).toBe('timeout');
    answer = (message) => void heard.push(message);
    const asking = [ask(), ask()];
    await until(() => heard.length === 3);
    const [late, first, second] = heard as [Msg, Msg, Msg];
    late.respond('{"response":"late"}');
    service.publish(`${(first.reply ?? '').slice(0, -1)}x`, '{"response":"guessed"}');
    second.respond('{"response":"second"}');
    second.respond('{"response":"second, again"}');
    first.respond('{"response":"first"}');
    await expect(Promise.all(asking)).resolves.toEqual(['first', 'second']);
  });

  it('hears all answers through one subscription, and keeps nothing of a call that is over', async () => {
    answer = (message) => message.respond('{"response":true}');
    await ask();
    const before = link.connection.stats();
    await Promise.all(Array.from({ length: 50 }, () => ask()));
    const after = link.connection.stats();
    expect(after.outMsgs - before.outMsgs).toBe(50);
    expect(after.inMsgs - before.inMsgs).toBe(50);
  });

  it('is answered after the connection was lost and is there again', async () => {
    answer = (message) => message.respond('{"response":true}');
    const statuses = link.connection.status();
    await link.connection.reconnect();
    for await (const { type } of statuses) if (type === 'reconnect') break;
    await expect(ask()).resolves.toBe(true);
  });

  it('is refused at once when no service listens', async () => {
    const begun = performance.now();
    expect(await failure(ask(stall.me))).toMatchObject({
      status: 503,
      code: 'service-unavailable',
      details: { retryAfter: 1 },
    });
    expect(performance.now() - begun).toBeLessThan(250);
  });

  it('answers `internal`, not `timeout`, when NATS denies the publish', async () => {
    const foreign = new NatsLink('archives', nats.configOf('archives'));
    await foreign.whenConnected();
    const asking = new Bus(foreign, 2_000).call(stall.open, {}, { token: undefined, call });
    expect(await failure(asking)).toMatchObject({ status: 500, code: 'internal' });
    await foreign.close();
  });

  it('answers `internal` when the message is larger than NATS accepts, and breaks nothing', async () => {
    answer = (message) => message.respond('{"response":true}');
    const asking = bus.call(stall.open, { x: 'x'.repeat(3 * 1024 * 1024) }, { token: undefined, call });
    expect(await failure(asking)).toMatchObject({ status: 500, code: 'internal' });
    await expect(ask()).resolves.toBe(true);
  });

  it('before there was a connection is refused at once', async () => {
    const late = new NatsLink('gateway', { ...nats.configOf('gateway'), NATS_URL: 'tls://127.0.0.1:1' });
    const asking = new Bus(late, 300).call(stall.open, {}, { token: undefined, call });
    expect(await failure(asking)).toMatchObject({ status: 503, details: { retryAfter: 1 } });
    await late.close();
  });
});
