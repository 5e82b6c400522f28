import { jest } from '@jest/globals';
import { setTimeout as pass } from 'node:timers/promises';
import { Logger } from '@nestjs/common';

import { testPrincipal } from '../testing/index.js';
import { RevocationList } from './revocation-list.js';
import type { Revocation, RevocationSource } from './revocation-source.js';

Logger.overrideLogger(false);

const ada = testPrincipal({ generation: { all: 1, subject: 1 } });
const lists: RevocationList[] = [];
afterEach(() => {
  lists.splice(0).forEach((list) => list.stop());
  jest.useRealTimers();
});

function listOf(source?: RevocationSource, options = { retention: 60, maximumAge: 30 }): RevocationList {
  const list = new RevocationList(source, options);
  lists.push(list);
  return list;
}

/** A feed that a test writes to, and can cut. */
class Feed implements RevocationSource {
  readonly followers: ((revocation: Revocation) => void)[] = [];
  readonly ended: boolean[] = [];
  held: Revocation[] = [];
  isThere = true;
  isComplete = true;
  isLost = false;

  async follow(onRevocation: (revocation: Revocation) => void, signal: AbortSignal): Promise<void> {
    if (!this.isThere) return Promise.reject(new Error('connection refused'));
    const index = this.followers.push(onRevocation) - 1;
    signal.addEventListener('abort', () => (this.ended[index] = true));
    this.held.forEach(onRevocation);
    return Promise.resolve();
  }

  async progress(): Promise<'caught-up' | 'behind' | 'lost'> {
    if (!this.isThere) return Promise.reject(new Error('connection refused'));
    if (this.isLost) return Promise.resolve('lost');
    return Promise.resolve(this.isComplete ? 'caught-up' : 'behind');
  }
}

describe('a revocation', () => {
  it.each<[string, Revocation]>([
    ['token', { kind: 'token', id: ada.tokenId }],
    ['session', { kind: 'session', id: ada.sessionId ?? '' }],
    ['subject', { kind: 'subject', id: ada.id, generation: 2 }],
    ['everybody', { kind: 'everybody', generation: 2 }],
  ])('refuses the tokens of the revoked %s', (_, revocation) => {
    const list = listOf();
    expect(list.isRevoked(ada)).toBe(false);
    list.add(revocation);
    expect(list.isRevoked(ada)).toBe(true);
  });

  it.each<[string, Revocation]>([
    ['another token', { kind: 'token', id: testPrincipal().tokenId }],
    ['a token with the id of her session', { kind: 'token', id: ada.sessionId ?? '' }],
    ['a session with the id of her token', { kind: 'session', id: ada.tokenId }],
    ['another subject', { kind: 'subject', id: ada.tokenId, generation: 9 }],
    ['her tokens of before', { kind: 'subject', id: ada.id, generation: 1 }],
    ['everybody’s tokens of before', { kind: 'everybody', generation: 1 }],
  ])('does not affect her tokens when it is of %s', (_, revocation) => {
    const list = listOf();
    list.add(revocation);
    expect(list.isRevoked(ada)).toBe(false);
  });

  it('does not affect tokens without a session when it is of a session', () => {
    const list = listOf();
    list.add({ kind: 'session', id: 'undefined' });
    expect(list.isRevoked({ ...ada, sessionId: undefined })).toBe(false);
  });

  it('is not undone by an older one of the same subject, whatever their order', () => {
    const list = listOf();
    for (const generation of [2, 1]) {
      list.add({ kind: 'subject', id: ada.id, generation });
      list.add({ kind: 'everybody', generation });
    }
    expect(list.isRevoked(ada)).toBe(true);
    expect(list.isRevoked({ ...ada, generation: { all: 1, subject: 2 } })).toBe(true);
    expect(list.isRevoked({ ...ada, generation: { all: 2, subject: 1 } })).toBe(true);
    expect(list.isRevoked({ ...ada, generation: { all: 2, subject: 2 } })).toBe(false);
  });

  it('is kept for as long as a token can live, and not much longer', async () => {
    jest.useFakeTimers();
    const list = listOf(new Feed());
    void list.start();
    await jest.advanceTimersByTimeAsync(59_000);
    list.add({ kind: 'token', id: ada.tokenId });
    await jest.advanceTimersByTimeAsync(60_000);
    expect(list.isRevoked(ada)).toBe(true);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(list.isRevoked(ada)).toBe(false);
    expect(list.size).toBe(0);
  });
});

describe('a revocation list', () => {
  it('without a source is ready and empty', async () => {
    const list = listOf();
    await list.start();
    expect([list.isReady, list.size]).toEqual([true, 0]);
  });

  it('is not ready before it holds everything that the source holds', async () => {
    jest.useFakeTimers();
    const feed = new Feed();
    feed.isComplete = false;
    const list = listOf(feed);
    void list.start();
    await jest.advanceTimersByTimeAsync(1_000);
    expect([list.isReady, list.age]).toEqual([false, Infinity]);
    feed.isComplete = true;
    await jest.advanceTimersByTimeAsync(1_000);
    expect(list.isReady).toBe(true);
  });

  it('waits for a source that comes late', async () => {
    jest.useFakeTimers();
    const feed = new Feed();
    feed.isThere = false;
    const list = listOf(feed);
    void list.start();
    await jest.advanceTimersByTimeAsync(20_000);
    expect(list.isReady).toBe(false);
    feed.isThere = true;
    feed.held = [{ kind: 'token', id: ada.tokenId }];
    await jest.advanceTimersByTimeAsync(6_000);
    expect([list.isReady, list.isRevoked(ada)]).toEqual([true, true]);
  });

  it('is no longer trusted when it has been cut off for too long, and recovers by itself', async () => {
    jest.useFakeTimers();
    const feed = new Feed();
    const list = listOf(feed);
    void list.start();
    await jest.advanceTimersByTimeAsync(2_000);
    feed.isThere = false;
    await jest.advanceTimersByTimeAsync(25_000);
    expect(list.isReady).toBe(true);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(list.isReady).toBe(false);
    feed.isThere = true;
    await jest.advanceTimersByTimeAsync(6_000);
    expect(list.isReady).toBe(true);
  });

  it('begins again when its feed misses something, and leaves the old feed', async () => {
    jest.useFakeTimers();
    const feed = new Feed();
    const list = listOf(feed);
    void list.start();
    await jest.advanceTimersByTimeAsync(2_000);
    feed.isComplete = false;
    feed.held = [{ kind: 'token', id: ada.tokenId }];
    await jest.advanceTimersByTimeAsync(7_000);
    expect(feed.followers).toHaveLength(2);
    expect(feed.ended[0]).toBe(true);
    expect(list.isRevoked(ada)).toBe(true);
  });

  it('goes on loading for as long as entries come, and does not begin again', async () => {
    jest.useFakeTimers();
    const feed = new Feed();
    feed.isComplete = false;
    const list = listOf(feed);
    void list.start();
    for (let second = 0; second < 30; second++) {
      await jest.advanceTimersByTimeAsync(1_000);
      feed.followers[0]?.({ kind: 'token', id: String(second) });
    }
    expect([feed.followers.length, list.size, list.isReady]).toEqual([1, 30, false]);
    feed.isComplete = true;
    await jest.advanceTimersByTimeAsync(1_000);
    expect(list.isReady).toBe(true);
  });

  it('follows again when what it follows is no longer there, once a second, although entries come', async () => {
    jest.useFakeTimers();
    const feed = new Feed();
    const list = listOf(feed);
    void list.start();
    await jest.advanceTimersByTimeAsync(2_000);
    feed.isLost = true;
    feed.followers[0]?.({ kind: 'token', id: ada.tokenId });
    await jest.advanceTimersByTimeAsync(10_000);
    expect(feed.followers.length).toBeGreaterThan(2);
    expect(feed.followers.length).toBeLessThanOrEqual(12);
    feed.isLost = false;
    await jest.advanceTimersByTimeAsync(1_100);
    expect(feed.ended[0]).toBe(true);
    expect(list.isReady).toBe(true);
  });

  it('asks its source no more once it is stopped', async () => {
    const feed = new Feed();
    const list = listOf(feed);
    const running = list.start();
    while (!list.isReady) await pass(5);
    list.stop();
    await running;
    expect(feed.ended).toEqual([true]);
  });
});
