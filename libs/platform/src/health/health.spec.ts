import { KeyRing, RevocationList } from '@citadel/auth';
import { localIssuer } from '@citadel/auth/testing';
import { jest } from '@jest/globals';
import type { ModuleRef } from '@nestjs/core';

import type { NatsLink } from '../nats/nats-link.js';
import { Health, type HealthCheck } from './health.js';

/** A connection is up or not; nothing else about it is asked. */
const link = (isConnected: boolean) => ({ isConnected }) as NatsLink;
const keys = new KeyRing(localIssuer().keys);
beforeAll(() => keys.start());
afterAll(() => keys?.stop());
const revocations = (source?: ConstructorParameters<typeof RevocationList>[0]) =>
  new RevocationList(source, { retention: 60, maximumAge: 30 });
const never = { follow: () => Promise.reject(new Error('away')), progress: () => Promise.resolve('behind' as const) };

/** What a service provides in addition to what every process has; without any, Nest throws. */
function providing(checks?: readonly HealthCheck[]): ModuleRef {
  const get = () => {
    if (checks) return checks;
    throw new Error('Nest could not find citadel health checks');
  };
  return { get } as unknown as ModuleRef;
}
const database = (check: HealthCheck['check']): HealthCheck[] => [{ name: 'database', check }];

afterEach(() => jest.useRealTimers());

describe('a process', () => {
  it('is ready when all that it needs is there', async () => {
    const health = new Health(link(true), keys, revocations(), providing(database(() => Promise.resolve(1))));
    await expect(health.readiness()).resolves.toMatchObject({
      ready: true,
      checks: { nats: true, keys: true, revocations: true, database: true },
    });
  });

  it('needs no more than every process, where it says nothing else', async () => {
    const { checks } = await new Health(link(true), keys, revocations(), providing()).readiness();
    expect(Object.keys(checks)).toEqual(['nats', 'keys', 'revocations']);
  });

  it.each<[string, Health]>([
    ['nats', new Health(link(false), keys, revocations(), providing())],
    ['keys', new Health(link(true), new KeyRing(localIssuer().keys), revocations(), providing())],
    ['revocations', new Health(link(true), keys, revocations(never), providing())],
    ['database', new Health(link(true), keys, revocations(), providing(database(() => Promise.resolve(false))))],
    [
      'database',
      new Health(
        link(true),
        keys,
        revocations(),
        providing(database(() => Promise.reject(new Error('10.0.0.1 refuses')))),
      ),
    ],
    [
      'database',
      new Health(
        link(true),
        keys,
        revocations(),
        providing(
          database(() => {
            throw new Error('10.0.0.1 refuses');
          }),
        ),
      ),
    ],
  ])('is not ready without %s, and says no more than that', async (missing, health) => {
    const { ready, checks } = await health.readiness();
    expect([ready, Object.entries(checks).filter(([, well]) => !well)]).toEqual([false, [[missing, false]]]);
    expect(JSON.stringify(checks)).not.toContain('10.0.0.1');
  });

  it('does not wait forever for what does not answer', async () => {
    jest.useFakeTimers();
    const asking = new Health(
      link(true),
      keys,
      revocations(),
      providing(database(() => new Promise(() => undefined))),
    ).readiness();
    await jest.advanceTimersByTimeAsync(2_000);
    await expect(asking).resolves.toMatchObject({ ready: false, checks: { database: false } });
  });
});
