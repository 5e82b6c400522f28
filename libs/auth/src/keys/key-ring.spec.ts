import { setTimeout as pass } from 'node:timers/promises';
import { Logger } from '@nestjs/common';

import { localIssuer } from '../testing/index.js';
import { KeyRing } from './key-ring.js';
import type { KeySource } from './key-source.js';

// What goes wrong here goes wrong on purpose.
Logger.overrideLogger(false);

const [first, second, third] = [localIssuer(), localIssuer(), localIssuer()];
const setOf = (...issuers: { readonly jwk: object }[]) => ({ keys: issuers.map(({ jwk }) => jwk) });

/** A source whose answer a test decides, and which counts how often it is asked. */
class Source implements KeySource {
  asked = 0;
  constructor(public answer: () => unknown) {}
  async load(): Promise<unknown> {
    this.asked += 1;
    return Promise.resolve(this.answer());
  }
}

const rings: KeyRing[] = [];
afterEach(() => rings.splice(0).forEach((ring) => ring.stop()));
function ringOf(source: KeySource, refreshInterval = 5_000, maximumAge?: number): KeyRing {
  const ring = new KeyRing(source, { refreshInterval, ...(maximumAge === undefined ? {} : { maximumAge }) });
  rings.push(ring);
  return ring;
}
const untilReady = async (ring: KeyRing) => {
  while (!ring.isReady) await pass(5);
};

describe('a key ring', () => {
  it('knows the keys of its source, and no other', async () => {
    const ring = ringOf(new Source(() => setOf(first)));
    expect(ring.isReady).toBe(false);
    await ring.start();
    expect(ring.isReady).toBe(true);
    expect(ring.find(first.kid)?.alg).toBe('ES256');
    expect(ring.find(second.kid)).toBeUndefined();
    expect(ring.find('__proto__')).toBeUndefined();
  });

  it('is not ready until a source that comes late has come', async () => {
    const source = new Source(() => {
      throw new Error('connection refused');
    });
    const ring = ringOf(source);
    const starting = ring.start();
    await pass(20);
    expect(ring.isReady).toBe(false);
    source.answer = () => setOf(first);
    await starting;
    expect(ring.find(first.kid)).toBeDefined();
  });

  it('asks again for a first set that was unsound', async () => {
    const source = new Source(() => setOf(first, first));
    const ring = ringOf(source);
    const starting = ring.start();
    await pass(20);
    expect(ring.isReady).toBe(false);
    source.answer = () => setOf(first);
    await starting;
    expect(ring.isReady).toBe(true);
  });

  it.each([
    ['unsound', () => setOf(first, second, second)],
    ['no key set', () => '<html>502 Bad Gateway</html>'],
    [
      'away',
      () => {
        throw new Error('connection refused');
      },
    ],
  ])('keeps the last good set when its source is %s', async (_, bad) => {
    const source = new Source(() => setOf(first));
    const ring = ringOf(source, 0);
    await ring.start();
    source.answer = bad;
    await expect(ring.resolve(second.kid)).resolves.toBeUndefined();
    expect(ring.find(first.kid)).toBeDefined();
    source.answer = () => setOf(first, second);
    await expect(ring.resolve(second.kid)).resolves.toBeDefined();
  });

  it('asks once for any number of unknown key ids, and then not for a while', async () => {
    const source = new Source(() => setOf(first));
    const ring = ringOf(source);
    await ring.start();
    expect(source.asked).toBe(1);
    await Promise.all(Array.from({ length: 500 }, (_, i) => ring.resolve(`forged-${String(i)}`)));
    for (let i = 0; i < 500; i++) await ring.resolve(`forged-again-${String(i)}`);
    expect(source.asked).toBe(1);
  });

  it('asks once when a token comes with a key that is newer than its set', async () => {
    const source = new Source(() => setOf(first));
    const ring = ringOf(source, 20);
    await ring.start();
    source.answer = () => setOf(first, second);
    await pass(25);
    const found = await Promise.all(Array.from({ length: 100 }, () => ring.resolve(second.kid)));
    expect(found.every((key) => key?.kid === second.kid)).toBe(true);
    expect(source.asked).toBe(2);
  });

  it('forgets a key that its source drops', async () => {
    let publish: (set: unknown) => void = () => undefined;
    const source: KeySource = {
      load: () => Promise.resolve(setOf(first, second)),
      follow: (onChange) => Promise.resolve(void (publish = onChange)),
    };
    const ring = ringOf(source);
    await ring.start();
    publish(setOf(second));
    expect(ring.find(first.kid)).toBeUndefined();
    publish(undefined);
    publish({ keys: 'all of them' });
    expect(ring.find(second.kid)).toBeDefined();
  });

  const many = Array.from({ length: 200 }, (_, i) => ({ ...second.jwk, kid: `one-of-many-${String(i)}` }));
  it.each([
    ['is too long', () => ({ keys: [second.jwk, ...many] })],
    ['names a key twice', () => setOf(second, second)],
    ['holds a private member', () => ({ keys: [second.jwk, { ...third.jwk, d: 'AQAB' }] })],
    [
      'replaces it with another of its id',
      () => ({ keys: [second.jwk, { ...third.jwk, kid: first.kid }, third.jwk, third.jwk] }),
    ],
  ])('drops a key with a set that %s, keeps what that set still holds and adds nothing', async (_, refused) => {
    let publish: (set: unknown) => void = () => undefined;
    const ring = ringOf({
      load: () => Promise.resolve(setOf(first, second)),
      follow: (onChange) => Promise.resolve(void (publish = onChange)),
    });
    await ring.start();
    publish(refused());
    expect([first, second, third].map(({ kid }) => ring.find(kid) !== undefined)).toEqual([false, true, false]);
    expect(ring.find('one-of-many-0')).toBeUndefined();
  });

  it('is no longer ready when its source has held no good set for too long, and is again when it does', async () => {
    const source = Object.assign(new Source(() => setOf(first)), { reloadAfter: 5 });
    const ring = ringOf(source, 5_000, 0.2);
    await ring.start();
    expect(ring.isReady).toBe(true);
    source.answer = () => setOf(first, first);
    while (ring.isReady) await pass(5);
    expect(ring.age).toBeGreaterThan(0.2);
    source.answer = () => setOf(first);
    await untilReady(ring);
  });

  it('loads again and again from a source that cannot be followed', async () => {
    const source = Object.assign(new Source(() => setOf(first)), { reloadAfter: 10 });
    const ring = ringOf(source);
    await ring.start();
    source.answer = () => setOf(second);
    while (!ring.find(second.kid)) await pass(5);
    expect(ring.find(first.kid)).toBeUndefined();
  });

  it('follows its source once, however often loading fails', async () => {
    let followers = 0;
    let failures = 2;
    const source: KeySource = {
      load: () => (failures-- > 0 ? Promise.reject(new Error('not published yet')) : Promise.resolve(setOf(first))),
      follow: (_, signal) => {
        followers += 1;
        signal.addEventListener('abort', () => (followers -= 1));
        return Promise.resolve();
      },
    };
    const ring = ringOf(source);
    await ring.start();
    await untilReady(ring);
    expect(followers).toBe(1);
    ring.stop();
    expect(followers).toBe(0);
  });
});
