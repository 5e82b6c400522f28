import { randomUUID } from 'node:crypto';
import { treasuryEvents } from '@citadel/contracts';
import { type Effect, EventConsumer, Inbox } from '@citadel/platform';
import { consumerName } from '@citadel/protocol';
import { Logger } from '@nestjs/common';
import until from 'p-wait-for';

import { type ArchivesForTest, archivesForTest } from '../testing/archives.js';
import { type EventsForTest, eventsForTest } from '../testing/events.js';
import { ReceiptsService } from './receipts.service.js';

// What fails in these specs fails on purpose.
Logger.overrideLogger(false);

const EVENT = treasuryEvents.transferSettled;
const NAME = consumerName('archives', EVENT);

let archives: ArchivesForTest;
let events: EventsForTest;
let inbox: Inbox;
beforeAll(async () => {
  [archives, events] = await Promise.all([archivesForTest(), eventsForTest()]);
  inbox = new Inbox(archives.prisma);
}, 60_000);
afterAll(async () => {
  await events?.close();
  await archives?.close();
});

const receipts = new ReceiptsService();
type Method = ConstructorParameters<typeof EventConsumer>[4];
const fileReceipt: Method = (event, transaction) => receipts.fileReceipt(event as never, transaction as never);
const consumer = (method: Method = fileReceipt, own = inbox, pauses: readonly number[] = [0, 0]) =>
  new EventConsumer(events.archives, own, NAME, EVENT, method, pauses);

/** Tells of a transfer. @returns its payer, who has paid nothing else */
async function transferred(id: string = randomUUID()): Promise<{ payer: string; id: string }> {
  const payer = randomUUID();
  const [from, to] = [randomUUID(), randomUUID()];
  const settledAt = new Date().toISOString();
  const transfer = {
    id: randomUUID(),
    from,
    to,
    amount: 5,
    currency: 'EUR',
    memo: null,
    payer,
    createdBy: payer,
    settledAt,
  };
  await events.tell(EVENT.subject, transfer, id);
  return { payer, id };
}
const receiptsOf = ({ payer }: { payer: string }) => archives.prisma.document.count({ where: { ownerId: payer } });
const isPutAside = async ({ id }: { id: string }) =>
  (await archives.prisma.deadLetter.count({ where: { eventId: id } })) === 1;
/** Whether JetStream waits for nothing of what it has delivered. */
async function isAcknowledged(): Promise<boolean> {
  const connection = await events.nats.connectAs('publisher');
  const info = await connection.request(`$JS.API.CONSUMER.INFO.events.${NAME}`);
  await connection.close();
  const { num_ack_pending: delivered, num_pending: waiting } = info.json<{
    num_ack_pending: number;
    num_pending: number;
  }>();
  return delivered === 0 && waiting === 0;
}

/** An inbox whose process is killed the first time: as far as JetStream knows, nothing has become of the event. */
class Killed extends Inbox {
  kills = 0;
  constructor(private readonly where: 'before the commit' | 'after the commit') {
    super(archives.prisma);
  }
  override async handle(delivery: Parameters<Inbox['handle']>[0], effect: Effect): Promise<void> {
    const isKilled = this.kills === 0;
    this.kills += 1;
    await super.handle(delivery, async (...values) => {
      await effect(...values);
      if (isKilled && this.where === 'before the commit') throw new Error('killed');
    });
    if (isKilled) throw new Error('killed');
  }
}

describe('an event', () => {
  it.each(['before the commit', 'after the commit'] as const)(
    'takes effect once when its consumer is killed %s, and is acknowledged then',
    async (where) => {
      const transfer = await transferred();
      const killed = new Killed(where);
      await consumer(fileReceipt, killed, [2]).take();
      expect(await receiptsOf(transfer)).toBe(where === 'before the commit' ? 0 : 1);
      await until(async () => {
        await consumer(fileReceipt, killed).take();
        return killed.kills === 2;
      });
      expect(await receiptsOf(transfer)).toBe(1);
      await until(isAcknowledged);
    },
  );

  it('takes effect once when eight replicas handle it at the same moment', async () => {
    const payer = randomUUID();
    const payload = JSON.stringify({
      ...{ id: randomUUID(), from: randomUUID(), to: randomUUID(), amount: 5, currency: 'EUR', memo: null },
      ...{ payer, createdBy: payer, settledAt: new Date().toISOString() },
    });
    const delivery = { consumer: NAME, id: randomUUID(), payload };
    const { effect } = consumer();
    await Promise.all(Array.from({ length: 8 }, () => inbox.handle(delivery, effect)));
    expect(await receiptsOf({ payer })).toBe(1);
  });

  it('is put aside after so many failures, and holds up no other one', async () => {
    const [broken, good] = [await transferred(), await transferred()];
    const fails: Method = async (event, transaction) => {
      if ((event as { payer: string }).payer === broken.payer) throw new Error('It cannot be filed');
      await fileReceipt(event, transaction);
    };
    await until(async () => {
      await consumer(fails).take();
      return isPutAside(broken);
    });
    expect(await receiptsOf(good)).toBe(1);
    expect(await archives.prisma.deadLetter.findFirstOrThrow({ where: { eventId: broken.id } })).toMatchObject({
      consumer: NAME,
      reason: expect.stringContaining('It cannot be filed') as string,
      replay: false,
    });
    await until(isAcknowledged);
  });

  it('that was put aside takes effect once when it is replayed, and is put aside again if it fails again', async () => {
    const transfer = await transferred();
    const { effect } = consumer();
    const fails = consumer(() => Promise.reject(new Error('Not yet')), inbox, []);
    await fails.take();
    expect(await isPutAside(transfer)).toBe(true);
    expect(await inbox.replay(effect)).toBe(false);

    const replay = { where: { eventId: transfer.id }, data: { replay: true } };
    await archives.prisma.deadLetter.updateMany(replay);
    await expect(inbox.replay(fails.effect)).rejects.toThrow('Not yet');
    expect(await inbox.replay(effect)).toBe(false);

    await archives.prisma.deadLetter.updateMany(replay);
    expect(await inbox.replay(effect)).toBe(true);
    expect([await receiptsOf(transfer), await isPutAside(transfer)]).toEqual([1, false]);
  });

  it.each(['text', {}, { id: '018f' }])('that reads %j is put aside at once', async (payload) => {
    const id = await events.tell(EVENT.subject, payload);
    await consumer().take();
    expect(await isPutAside({ id })).toBe(true);
  });

  it('without an id, or with one that is none, is dropped', async () => {
    await events.tellWithoutId(EVENT.subject);
    await events.tell(EVENT.subject, {}, "'; DROP TABLE inbox --");
    const before = await archives.prisma.deadLetter.count();
    await consumer().take();
    expect(await archives.prisma.deadLetter.count()).toBe(before);
    await until(isAcknowledged);
  });

  it('is tried for as long as the database is away, and never put aside for that', async () => {
    const transfer = await transferred();
    const away = consumer(() => Promise.reject(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })));
    for (let turn = 0; turn < 5; turn += 1) await away.take();
    expect(await isPutAside(transfer)).toBe(false);
    await until(async () => {
      await consumer().take();
      return (await receiptsOf(transfer)) === 1;
    });
  });

  it('waits while NATS is away, and takes effect when it is back', async () => {
    const transfer = await transferred();
    await events.nats.kill();
    await until(() => !events.archives.isConnected);
    const one = consumer();
    await expect(one.take()).rejects.toThrow();
    await events.nats.start();
    await until(() => events.archives.isConnected);
    await until(async () => {
      await one.take().catch(() => undefined);
      return (await receiptsOf(transfer)) === 1;
    });
  });

  it('of long ago is forgotten, one of 29 days ago is not', async () => {
    const ids = [randomUUID(), randomUUID()];
    for (const [index, days] of [31, 29].entries()) {
      await archives.asOwner(`INSERT INTO inbox (consumer, event_id, handled_at)
        VALUES ('${NAME}', '${ids[index] ?? ''}', now() - INTERVAL '${String(days)} days')`);
    }
    await inbox.sweep();
    const left = await archives.prisma.inbox.findMany({ where: { eventId: { in: ids } } });
    expect(left.map(({ eventId }) => eventId)).toEqual([ids[1]]);
  });
});

describe('NATS', () => {
  it.each([
    ['takes no messages of another service’s consumer', 'CONSUMER.MSG.NEXT.events.treasury_auth_user-deleted'],
    ['takes no refusals of the audit trail', 'CONSUMER.MSG.NEXT.events.audit-trail'],
    ['makes no consumer', 'CONSUMER.DURABLE.CREATE.events.archives_all'],
    ['removes no consumer', `CONSUMER.DELETE.events.${NAME}`],
  ])('%s for the archives', async (_, operation) => {
    const { connection } = events.archives;
    await expect(connection.request(`streams.${operation}`, '{}', { timeout: 2_000 })).rejects.toThrow(/permission/i);
  });
});
