import { randomUUID } from 'node:crypto';

import { AccessService } from '../explain/access.service.js';
import { type AuthForTest, authForTest } from '../testing/auth.js';
import { RefusalIntake } from './refusal-intake.js';

let auth: AuthForTest;
beforeAll(async () => {
  auth = await authForTest();
  // Makes the stream: what is published before that is lost.
  await take();
}, 60_000);
afterAll(() => auth?.close());

const take = () => auth.get(RefusalIntake).take();
const refusal = (changes: object = {}) => ({
  decision: randomUUID(),
  code: 'missing-permission',
  service: 'treasury',
  entrance: 'subject treasury.openAccount',
  rule: 'permission treasury:accounts:open',
  claims: { roles: ['scribe'], clearance: 'public' },
  subject: randomUUID(),
  sessionId: randomUUID(),
  address: '192.0.2.9',
  occurredAt: new Date().toISOString(),
  ...changes,
});

/** Publishes as the treasury, with the rights of the treasury. */
async function publish(...messages: readonly (object | string)[]): Promise<void> {
  const connection = await auth.nats.connectAs('treasury');
  for (const message of messages) {
    const text = typeof message === 'string' ? message : JSON.stringify(message);
    connection.publish('events.treasury.access-refused', text);
  }
  await connection.flush();
  await connection.close();
}

const find = (decision: string) => auth.prisma.event.findUnique({ where: { eventId: decision } });

describe('the refusals of all services', () => {
  it('are found in the trail by their decision, with the rule, the claims and the address', async () => {
    const one = refusal();
    await publish(one);
    expect(await take()).toBe(1);
    expect(await find(one.decision)).toMatchObject({
      type: 'access-refused',
      outcome: 'failure',
      service: 'treasury',
      actor: one.subject,
      session: one.sessionId,
      address: '192.0.2.9',
      detail: { code: one.code, entrance: one.entrance, rule: one.rule, claims: one.claims },
      publishedAt: expect.any(Date),
    });
  });

  it('are found by the decision of their count when they were too many', async () => {
    const refusals = { 'unauthenticated at HTTP GET /v1/users': 970, others: 30 };
    const [network, since, count] = ['2001:db8::/64', new Date().toISOString(), 1_000];
    const counted = { decision: randomUUID(), service: 'treasury', network, count, refusals, since, occurredAt: since };
    await publish(counted);
    expect(await take()).toBe(1);
    expect(await find(counted.decision)).toMatchObject({
      type: 'refusals-counted',
      outcome: 'failure',
      service: 'treasury',
      actor: null,
      address: network,
      detail: { count, refusals, since },
    });
    await expect(auth.get(AccessService).explain({ decision: counted.decision })).resolves.toMatchObject({
      isAllowed: false,
      operation: 'several',
      reasons: [
        'treasury refused 970 times: unauthenticated at HTTP GET /v1/users',
        'treasury refused 30 times: others',
      ],
      decision: { code: 'refusals-counted', rule: expect.stringContaining('one of 1000 refusals from 2001:db8::/64') },
    });
  });

  it('are taken once, however often they are delivered', async () => {
    const one = refusal();
    await publish(one, one);
    await take();
    expect(await auth.prisma.event.count({ where: { eventId: one.decision } })).toBe(1);
  });

  it('are kept under the name of the service that published them, whatever they say', async () => {
    const forged = refusal({ service: 'auth' });
    await publish(forged);
    await take();
    expect(await find(forged.decision)).toMatchObject({ service: 'treasury' });
  });

  it('are left out when they are none, without holding up those that follow', async () => {
    const huge = refusal({ rule: 'x'.repeat(10_000) });
    const good = refusal();
    const unstorable = [refusal({ rule: 'a\0b' }), refusal({ occurredAt: '0000-01-01T00:00:00Z' })];
    await publish(huge, 'no JSON', '[]', refusal({ decision: 'no id' }), ...unstorable, good);
    const before = await auth.prisma.event.count();
    let taken = 0;
    while (taken < 7) taken += await take();
    expect(await find(good.decision)).not.toBeNull();
    expect(await auth.prisma.event.count()).toBe(before + 1);
  }, 20_000);
});
