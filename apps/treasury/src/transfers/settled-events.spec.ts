import { treasuryEvents } from '@citadel/contracts';
import {
  createStream,
  EVENTS,
  type OutboxMessage,
  OutboxRelay,
  outboxTable,
  NatsLink,
  publishEvent,
} from '@citadel/platform';
import { scratchNats, type ScratchNats } from '@citadel/stack/testing';
import { Logger } from '@nestjs/common';
import until from 'p-wait-for';

import { somebody, type TreasuryForTest, treasuryForTest } from '../testing/treasury.js';

Logger.overrideLogger(false);

let treasury: TreasuryForTest;
let nats: ScratchNats;
let publisher: NatsLink;
let link: NatsLink;
beforeAll(async () => {
  [treasury, nats] = await Promise.all([treasuryForTest(), scratchNats()]);
  publisher = new NatsLink('publisher', nats.configOf('publisher'));
  link = new NatsLink('treasury', nats.configOf('treasury'));
  await createStream(publisher, EVENTS, 120);
  await link.whenConnected();
}, 60_000);
afterAll(async () => {
  await Promise.all([publisher?.close(), link?.close()]);
  await nats?.close();
  await treasury?.close();
});
beforeEach(() => treasury.prisma.outbox.deleteMany());

const payer = somebody();
const publish = ({ subject, id, payload }: OutboxMessage) => publishEvent(link, subject, id, payload);
const relayBy = (publishing = publish) => new OutboxRelay(outboxTable(treasury.prisma), publishing);
const waiting = () => treasury.prisma.outbox.count();

async function transferred(count = 1, memo?: string) {
  const from = await treasury.accountOf(payer, { balance: 1_000 });
  const to = await treasury.accountOf(somebody());
  await treasury.prisma.outbox.deleteMany();
  const request = { from, to, amount: 3, ...(memo === undefined ? {} : { memo }) };
  const transfers = [];
  for (let i = 0; i < count; i += 1) transfers.push(await treasury.transfers.transfer(request, payer));
  return transfers;
}

/** The ids of the transfers that the stream tells of, in its order. */
async function told(): Promise<string[]> {
  const { state } = (await publisher.connection.request('$JS.API.STREAM.INFO.events')).json<{
    state: { first_seq: number; last_seq: number };
  }>();
  const ids: string[] = [];
  for (let seq = Math.max(1, state.first_seq); seq <= state.last_seq; seq += 1) {
    const answer = await publisher.connection.request('$JS.API.STREAM.MSG.GET.events', JSON.stringify({ seq }));
    const { message } = answer.json<{ message: { subject: string; data: string } }>();
    expect(message.subject).toBe(treasuryEvents.transferSettled.subject);
    ids.push((JSON.parse(Buffer.from(message.data, 'base64').toString()) as { id: string }).id);
  }
  return ids;
}
const timesTold = async (ids: readonly string[]) => (await told()).filter((id) => ids.includes(id));

describe('a settled transfer', () => {
  it('is told as its contract says, whichever statement has booked it', async () => {
    const [transfer] = await transferred(1, 'For the “bridge”\u{1f309}');
    const [row] = await treasury.prisma.outbox.findMany();
    const { createdAt: _, ...rest } = transfer ?? {};
    expect(row?.subject).toBe(treasuryEvents.transferSettled.subject);
    const event = treasuryEvents.transferSettled.message.strict().parse(row?.payload);
    expect(event).toEqual({ ...rest, payer: payer.id, settledAt: expect.any(String) as string });
    expect(Math.abs(Date.now() - Date.parse(String(event['settledAt'])))).toBeLessThan(60_000);
  });

  it('names no payer when the money was issued', async () => {
    await treasury.accountOf(payer, { balance: 5 });
    expect(await treasury.prisma.outbox.findMany()).toMatchObject([{ payload: { payer: null, amount: 5 } }]);
  });

  it('is told of when it is committed, and not at all when it is undone', async () => {
    const [from, to] = [await treasury.accountOf(payer, { balance: 10 }), await treasury.accountOf(payer)];
    await treasury.prisma.outbox.deleteMany();
    const refused = treasury.transfers.transfer({ from, to, amount: 11 }, payer);
    await expect(refused).rejects.toMatchObject({ code: 'insufficient-funds' });
    expect(await waiting()).toBe(0);
  });

  it('cannot be told of by the service itself: there is no event without the money', async () => {
    const forged = treasury.prisma.outbox.create({
      data: { subject: treasuryEvents.transferSettled.subject, payload: {} },
    });
    await expect(forged).rejects.toThrow(/permission denied/);
    await transferred();
    for (const change of [{ payload: {} }, { subject: 'events.treasury.other' }]) {
      await expect(treasury.prisma.outbox.updateMany({ data: change })).rejects.toThrow(/permission denied/);
    }
  });
});

describe('the outbox', () => {
  it('publishes everything once and in order, while two replicas publish at the same moment', async () => {
    const ids = (await transferred(150)).map(({ id }) => id);
    await Promise.all([relayBy().relay(), relayBy().relay()]);
    while ((await relayBy().relay()) > 0);
    expect(await waiting()).toBe(0);
    expect((await timesTold(ids)).sort()).toEqual([...ids].sort());
  });

  it.each([0, 1, 7, 19])(
    'loses nothing and tells nothing twice when it is killed after publishing %d',
    async (kill) => {
      const ids = (await transferred(20)).map(({ id }) => id);
      let published = 0;
      const killed = relayBy(async (message) => {
        if (published === kill) throw new Error('killed');
        await publish(message);
        published += 1;
      });
      await expect(killed.relay()).rejects.toThrow('killed');
      expect(await waiting()).toBe(20);
      expect(await relayBy().relay()).toBe(20);
      expect([await waiting(), await timesTold(ids)]).toEqual([0, ids]);
    },
  );

  it('keeps what happens while NATS is away, and publishes it when it is back', async () => {
    await nats.kill();
    await until(() => !link.isConnected);
    const ids = (await transferred(3)).map(({ id }) => id);
    await expect(relayBy().relay()).rejects.toThrow();
    expect(await waiting()).toBe(3);
    await nats.start();
    await until(() => link.isConnected && publisher.isConnected);
    await until(() =>
      relayBy()
        .relay()
        .then(
          (count) => count === 3,
          () => false,
        ),
    );
    expect(await timesTold(ids)).toEqual(ids);
  });
});
