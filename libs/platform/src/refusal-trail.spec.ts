import type { Refusal } from '@citadel/auth';
import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';

import { newCall, runInCall } from './logging/call-context.js';
import type { NatsLink } from './nats/nats-link.js';
import { refusalTrail } from './refusal-trail.js';

const lines: unknown[] = [];
const keep = (line: unknown) => void lines.push(line);
Logger.overrideLogger({ log: keep, warn: keep, error: keep });

interface Published {
  readonly decision: string;
  readonly subject?: string;
  readonly network?: string;
  readonly count?: number;
  readonly refusals?: Readonly<Record<string, number>>;
}
const published: { readonly subject: string; readonly event: Published }[] = [];
const beforeClose: (() => void)[] = [];
/** Of the link, a trail only asks whether it is up, publishes, and says what it still has to do. */
const link = (isConnected: boolean) => {
  // What the trail publishes is an object of its own.
  const publish = (subject: string, payload: string) =>
    published.push({ subject, event: JSON.parse(payload) as Published });
  return {
    isConnected,
    connection: { publish },
    beforeClose: (work: () => void) => beforeClose.push(work),
  } as unknown as NatsLink;
};

const refusal: Refusal = {
  decision: 'd-1',
  code: 'missing-permission',
  service: 'treasury',
  entrance: 'subject treasury.openAccount',
  rule: 'permission treasury:accounts:open',
  claims: { roles: ['scribe'] },
  subject: 'ada',
  sessionId: 'sid-1',
};
const strange: Refusal = { ...refusal, code: 'unauthenticated', subject: undefined, sessionId: undefined, claims: {} };
const from = (address: string, run: () => unknown) => runInCall(newCall('request-1', address), run);

const events = () => published.map(({ event }) => event);
const counts = () => events().filter(({ count }) => count !== undefined);
const single = () => events().filter(({ count }) => count === undefined);
/** Of how many refusals the trail knows. */
const known = () => single().length + counts().reduce((sum, { count = 0 }) => sum + count, 0);

beforeEach(() => {
  jest.useFakeTimers({ now: 0 });
  for (const list of [lines, published, beforeClose]) list.splice(0);
});
afterEach(() => jest.useRealTimers());

describe('a refusal', () => {
  it('is written into the log and published for the audit trail, with its call and the address of the client', () => {
    const call = newCall('request-1', '192.0.2.7');
    runInCall(call, () => refusalTrail(link(true))(refusal));
    expect(lines).toEqual([{ message: 'Refused', ...refusal, address: '192.0.2.7' }]);
    const ids = { requestId: 'request-1', traceId: call.traceId, occurredAt: '1970-01-01T00:00:00.000Z' };
    expect(published).toEqual([
      { subject: 'events.treasury.access-refused', event: { ...refusal, address: '192.0.2.7', ...ids } },
    ]);
  });

  it('is written into the log alone while NATS is down', () => {
    refusalTrail(link(false))(refusal);
    expect([lines.length, published.length]).toEqual([1, 0]);
  });
});

describe('a flood of refusals', () => {
  it('hides no refusal of a user when it comes from a stranger', () => {
    const keep = refusalTrail(link(true));
    for (let i = 0; i < 2_000; i++) {
      from('192.0.2.1', () => keep({ ...strange, decision: `junk-${i}` }));
      if (i % 100 === 0) from('192.0.2.1', () => keep({ ...refusal, decision: `probe-${i}` }));
    }
    expect(single().filter(({ decision }) => decision.startsWith('probe'))).toHaveLength(20);
  });

  it('hides no refusal of another user when it comes from one', () => {
    const keep = refusalTrail(link(true));
    for (let i = 0; i < 2_000; i++) keep(refusal);
    keep({ ...refusal, subject: 'grace', decision: 'probe' });
    expect(single().map(({ decision }) => decision)).toContain('probe');
  });

  it('takes nothing from the budget of users when it comes from strangers of many networks, and is counted', () => {
    const keep = refusalTrail(link(true));
    for (let i = 0; i < 5_000; i++) from(`2001:db8:${(i % 2_500).toString(16)}::${i}`, () => keep(strange));
    keep({ ...refusal, decision: 'probe' });
    jest.advanceTimersByTime(10_000);
    expect(single().map(({ decision }) => decision)).toContain('probe');
    expect(known()).toBe(5_001);
    // 300 of strangers, the probe, and twenty networks and the others.
    expect(published).toHaveLength(300 + 1 + 21);
  });

  it('is counted as one when it comes from a stranger, however the address of their network is written', () => {
    const keep = refusalTrail(link(true));
    const spellings = ['2001:db8::1', '2001:0db8:0:0::2', '2001:DB8:0:0:ffff::3', '2001:db8:0:0:1:2:3:4'];
    for (let i = 0; i < 100; i++) from(spellings[i % 4] ?? '', () => keep(strange));
    jest.advanceTimersByTime(10_000);
    expect(counts()).toEqual([expect.objectContaining({ network: '2001:db8:0:0::/64', count: 70 })]);
  });

  it('is counted by caller, code and entrance, under the decision that each of them was given', () => {
    const keep = refusalTrail(link(true));
    const given = new Set<string | undefined>();
    for (let i = 0; i < 100; i++)
      given.add(JSON.stringify(keep(i % 4 === 0 ? { ...refusal, entrance: 'subject treasury.other' } : refusal)));
    expect(counts()).toEqual([]);
    jest.advanceTimersByTime(10_000);
    const [summary] = counts();
    expect([...given]).toEqual([undefined, JSON.stringify({ keptAs: summary?.decision })]);
    expect(summary).toMatchObject({ subject: 'ada', count: 70, service: 'treasury' });
    expect(Object.keys(summary?.refusals ?? {}).sort()).toEqual([
      'missing-permission at subject treasury.openAccount',
      'missing-permission at subject treasury.other',
    ]);
    expect(known()).toBe(100);
    expect(lines).toHaveLength(published.length);
  });

  it('is counted to the last one when the process ends', () => {
    const keep = refusalTrail(link(true));
    for (let i = 0; i < 100; i++) keep(refusal);
    for (const work of beforeClose) work();
    expect(known()).toBe(100);
  });

  it('is bounded in what it writes, however long it lasts', () => {
    const keep = refusalTrail(link(true));
    for (let second = 0; second < 600; second++) {
      for (let i = 0; i < 20; i++) from('192.0.2.1', () => keep({ ...strange, entrance: `HTTP GET /${i}` }));
      jest.advanceTimersByTime(1_000);
    }
    jest.advanceTimersByTime(10_000);
    // 30 at once, one every two seconds, and one count every ten: of 12,000 in ten minutes.
    expect(published.length).toBeLessThan(30 + 300 + 62);
    expect(known()).toBe(12_000);
  });
});
