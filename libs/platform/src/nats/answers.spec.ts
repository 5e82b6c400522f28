import { KEY_SET_ENTRY } from '@citadel/auth/nats';
import { scratchNats, type ScratchNats } from '@citadel/stack/testing';
import { headers, type Msg, type NatsConnection } from '@nats-io/transport-node';
import { Logger } from '@nestjs/common';

import { newCall } from '../logging/call-context.js';
import { BUCKETS, createBucket } from './buckets.js';
import { Bus } from './bus.js';
import { NatsLink } from './nats-link.js';
import { stall } from './served.fixture.js';

Logger.overrideLogger(false);

let nats: ScratchNats;
beforeAll(async () => (nats = await scratchNats()), 30_000);
afterAll(() => nats?.close());

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}';
const pause = () => new Promise((resolve) => setTimeout(resolve, 150));

describe('an attacker with the NKey of one service', () => {
  let [asking, answering]: NatsConnection[] = [];
  let auth: NatsLink;
  beforeAll(async () => {
    auth = new NatsLink('publisher', nats.configOf('publisher'));
    [asking, answering] = [await nats.connectAs('treasury'), await nats.connectAs('treasury')];
  });
  afterAll(() => Promise.all([asking?.close(), answering?.close(), auth.close()]));

  /** It may ask itself for its health; the answer must not go where the question says. */
  async function answerTo(subject: string): Promise<void> {
    answering?.subscribe('treasury.health.ready', { max: 1, callback: (_, message) => void message.respond('forged') });
    await answering?.flush();
    asking?.publish('treasury.health.ready', '{}', { reply: subject, headers: headers() });
    await asking?.flush();
    await pause();
  }

  it('cannot write the keys that everybody trusts, as an answer to itself', async () => {
    const bucket = await createBucket(auth, BUCKETS.keys);
    await bucket.put(KEY_SET_ENTRY, 'genuine');
    await answerTo(`$KV.jwks.${KEY_SET_ENTRY}`);
    expect((await bucket.get(KEY_SET_ENTRY))?.string()).toBe('genuine');
  });

  it.each(['auth.login', 'archives.fileDocument', '_INBOX.auth.x'])('cannot answer to %s', async (subject) => {
    const owner = subject.includes('archives') ? 'archives' : 'auth';
    const other = await nats.connectAs(owner);
    const heard: Msg[] = [];
    other.subscribe(subject, { callback: (_, message) => void heard.push(message) });
    await other.flush();
    await answerTo(subject);
    expect(heard).toEqual([]);
    await other.close();
  });

  it('cannot tell from the inboxes that it sees where another answer will be awaited', async () => {
    const link = new NatsLink('gateway', nats.configOf('gateway'), { inboxPrefix: '_INBOX' });
    await link.whenConnected();
    const seen: string[] = [];
    answering?.subscribe('treasury.open', {
      callback: (_, message) => {
        seen.push(message.reply ?? '');
        message.respond('{"response":1}');
      },
    });
    await answering?.flush();
    const bus = new Bus(link, 1_000);
    for (let asked = 0; asked < 3; asked += 1) await bus.call(stall.open, {}, { token: undefined, call: newCall('1') });
    // The last part has 122 random bits, and nothing of it stays the same from one to the next.
    for (const inbox of seen) expect(inbox).toMatch(new RegExp(`^_INBOX\\.${UUID}\\.${UUID}$`));
    expect(new Set(seen.map((inbox) => inbox.split('.')[2]?.slice(0, 8))).size).toBe(3);
    await link.close();
  });
});
