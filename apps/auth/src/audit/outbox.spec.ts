import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import until from 'p-wait-for';

import { PublicationService } from '../publication/publication.service.js';
import { type AuthForTest, authForTest, type Replica } from '../testing/auth.js';
import { rowOf } from './audit-event.js';
import { Outbox } from './outbox.js';

let auth: AuthForTest;
let other: Replica;
beforeAll(async () => {
  auth = await authForTest();
  other = await auth.start();
}, 60_000);
afterAll(() => auth?.close());
beforeEach(async () => {
  while ((await relay()) > 0);
});

const relay = (replica: Pick<Replica, 'get'> = auth) => replica.get(Outbox).relay();
const unpublished = () => auth.prisma.event.count({ where: { publishedAt: null } });

async function happen(count: number, address = '192.0.2.9'): Promise<string[]> {
  const data = Array.from({ length: count }, () => rowOf({ type: 'login', outcome: 'failure', address }));
  const rows = await auth.prisma.event.createManyAndReturn({ data });
  return rows.map(({ eventId }) => eventId);
}

/** Does something after each event that a replica publishes, until it is restored. */
function publishedBy(replica: Pick<Replica, 'get'>, afterEach: () => void) {
  const publication = replica.get(PublicationService);
  const publish = publication.publishEvent.bind(publication);
  return jest.spyOn(publication, 'publishEvent').mockImplementation(async (message) => {
    await publish(message);
    afterEach();
  });
}

/** A turn that ends when so many events are in the stream and none of them is marked. */
async function killedAfter(count: number, replica: Pick<Replica, 'get'> = auth): Promise<void> {
  let published = 0;
  const publishing = publishedBy(replica, () => {
    published += 1;
    if (published === count) throw new Error('killed');
  });
  await expect(relay(replica)).rejects.toThrow('killed');
  publishing.mockRestore();
}

interface Told {
  readonly id: string;
  readonly type: string;
}

/** Everything that the stream holds, in its order, asked of JetStream's own interface. */
async function stream(): Promise<Told[]> {
  const connection = await auth.nats.connectAs('publisher');
  const info = await connection.request('$JS.API.STREAM.INFO.events');
  const { state } = info.json<{ state: { first_seq: number; last_seq: number } }>();
  const told: Told[] = [];
  for (let seq = Math.max(1, state.first_seq); seq <= state.last_seq; seq++) {
    const answer = await connection.request('$JS.API.STREAM.MSG.GET.events', JSON.stringify({ seq }));
    const { message } = answer.json<{ message: { subject: string; data: string } }>();
    const event = JSON.parse(Buffer.from(message.data, 'base64').toString()) as Told;
    expect(message.subject).toBe(`events.auth.${event.type}`);
    told.push(event);
  }
  await connection.close();
  return told;
}

/** Resolves when the stream takes again an id that it knew when this was called, and so any earlier one. */
async function idsAreForgotten(): Promise<void> {
  const probe = { id: randomUUID(), type: 'probe' };
  await until(async () => {
    await auth.get(PublicationService).publishEvent({ id: probe.id, subject: 'events.auth.probe', payload: probe });
    return (await toldOf([probe.id])).length > 1;
  });
}

const toldOf = async (ids: readonly string[]) => (await stream()).map(({ id }) => id).filter((id) => ids.includes(id));

describe('the outbox', () => {
  it('publishes what has happened, in its order, each once', async () => {
    const ids = await happen(250);
    expect([await relay(), await relay(), await relay(), await relay()]).toEqual([100, 100, 50, 0]);
    expect(await toldOf(ids)).toEqual(ids);
  });

  it('publishes once what two replicas try to publish at the same time', async () => {
    const ids = await happen(300);
    while ((await unpublished()) > 0) await Promise.all([relay(), relay(other), relay(), relay(other)]);
    expect((await toldOf(ids)).sort()).toEqual([...ids].sort());
  });

  it('loses nothing and tells nothing twice when it is killed between publishing and marking', async () => {
    const ids = await happen(20);
    for (const at of [1, 7, 20]) {
      await killedAfter(at);
      expect(await unpublished()).toBe(20);
    }
    await relay();
    expect(await unpublished()).toBe(0);
    expect(await toldOf(ids)).toEqual(ids);
  });

  it('marks what it has published when NATS is too slow for a whole batch', async () => {
    const ids = await happen(3);
    const clock = jest.spyOn(performance, 'now');
    const publishing = publishedBy(auth, () => void clock.mockReturnValue(performance.timeOrigin + 10_000));
    expect(await relay()).toBe(1);
    clock.mockRestore();
    publishing.mockRestore();
    expect(await unpublished()).toBe(2);
    await relay();
    expect(await toldOf(ids)).toEqual(ids);
  });

  it('keeps events while NATS is unreachable, and publishes them when it is back', async () => {
    await auth.nats.kill();
    const ids = await happen(3);
    await expect(relay()).rejects.toThrow();
    expect(await unpublished()).toBe(3);
    await auth.nats.start();
    await until(async () => (await relay().catch(() => 0)) > 0);
    expect(await toldOf(ids)).toEqual(ids);
  }, 30_000);

  it('goes on after NATS has lost its data', async () => {
    const connection = await auth.nats.connectAs('publisher');
    await connection.request('$JS.API.STREAM.DELETE.events');
    await connection.close();
    const ids = await happen(3);
    await until(async () => (await relay().catch(() => 0)) > 0);
    expect(await toldOf(ids)).toEqual(ids);
  }, 30_000);

  describe('after an outage that is longer than the stream knows ids', () => {
    let forgetful: Replica;
    beforeAll(async () => (forgetful = await auth.start({ EVENT_DUPLICATE_WINDOW: 1 })));

    it('publishes nothing again that was published before it and not marked', async () => {
      const ids = await happen(3);
      await killedAfter(2, forgetful);
      await idsAreForgotten();
      while ((await relay(forgetful)) > 0);
      expect(await unpublished()).toBe(0);
      expect(await toldOf(ids)).toEqual(ids);
    });

    it('publishes what waited when the stream was lost meanwhile', async () => {
      const ids = await happen(3);
      await killedAfter(2, forgetful);
      await idsAreForgotten();
      const connection = await auth.nats.connectAs('publisher');
      await connection.request('$JS.API.STREAM.DELETE.events');
      await connection.close();
      await until(async () => (await relay(forgetful).catch(() => 0)) > 0);
      expect(await toldOf(ids)).toEqual(ids);
    });
  });
});

describe('the audit trail', () => {
  it('tells nothing of what was rolled back', async () => {
    const undone = auth.prisma.$transaction(async (transaction) => {
      await transaction.event.create({ data: rowOf({ type: 'login', outcome: 'success', address: '192.0.2.66' }) });
      throw new Error('changed our mind');
    });
    await expect(undone).rejects.toThrow('changed our mind');
    expect(await auth.prisma.event.count({ where: { address: '192.0.2.66' } })).toBe(0);
  });

  it.each([
    ['changed', "UPDATE events SET outcome = 'success'"],
    ['given another time', 'UPDATE events SET occurred_at = now(), published_at = now()'],
    ['removed', 'DELETE FROM events'],
    ['emptied', 'TRUNCATE events'],
  ])('cannot be %s by the service, nor by mistake of its owner', async (_, statement) => {
    await happen(1);
    const before = await auth.prisma.event.count();
    await expect(auth.prisma.$executeRawUnsafe(statement)).rejects.toThrow(/permission denied/);
    await expect(auth.asOwner(statement)).rejects.toThrow(/append-only/);
    expect(await auth.prisma.event.count()).toBe(before);
  });
});
