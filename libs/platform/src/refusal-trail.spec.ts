import type { Refusal } from '@citadel/auth';
import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';

import { newCall, runInCall } from './logging/call-context.js';
import type { NatsLink } from './nats/nats-link.js';
import { refusalTrail } from './refusal-trail.js';

const lines: unknown[] = [];
const keep = (line: unknown) => void lines.push(line);
Logger.overrideLogger({ log: keep, warn: keep, error: keep });

const published: { readonly subject: string; readonly event: unknown }[] = [];
/** Of the link, a trail only asks whether it is up, and publishes. */
const link = (isConnected: boolean) => {
  const publish = (subject: string, payload: string) => published.push({ subject, event: JSON.parse(payload) });
  return { isConnected, connection: { publish } } as unknown as NatsLink;
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

beforeEach(() => {
  jest.useFakeTimers({ now: 0 });
  lines.splice(0);
  published.splice(0);
});
afterEach(() => jest.useRealTimers());

describe('a refusal', () => {
  it('is written into the log, and told to whoever keeps the audit trail, with its call', () => {
    const call = newCall('request-1');
    runInCall(call, () => refusalTrail(link(true))(refusal));
    expect(lines).toEqual([{ message: 'Refused', ...refusal }]);
    expect(published).toEqual([
      {
        subject: 'events.treasury.access-refused',
        event: { ...refusal, requestId: 'request-1', traceId: call.traceId, occurredAt: '1970-01-01T00:00:00.000Z' },
      },
    ]);
  });

  it('is written into the log alone while NATS is away', () => {
    refusalTrail(link(false))(refusal);
    expect([lines.length, published.length]).toEqual([1, 0]);
  });

  it('is counted when there are more in a second than anybody would read', () => {
    const trail = refusalTrail(link(true));
    for (let i = 0; i < 1_000; i++) trail(refusal);
    expect([lines.length, published.length]).toEqual([50, 50]);
    jest.advanceTimersByTime(1_000);
    trail(refusal);
    expect(lines.slice(50)).toEqual(['950 more refusals were not written down', { message: 'Refused', ...refusal }]);
  });
});
