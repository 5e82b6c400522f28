import * as fc from 'fast-check';

import { dueKey, type KeyDates, type KeySchedule, rotatedKey, rotationDelay, stateOf } from './key-schedule.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const schedule: KeySchedule = { period: 30 * DAY, publishAhead: DAY, lead: 310_000, keep: HOUR };
const NOW = new Date('2026-06-01T00:00:00Z');
const at = (milliseconds: number) => new Date(NOW.getTime() + milliseconds);
const key = (from: number, until: number, gone = until + schedule.keep): KeyDates => ({
  signsFrom: at(from),
  signsUntil: at(until),
  goneAt: at(gone),
});

describe('the state of a key', () => {
  it.each([
    ['before its turn', key(1, DAY), 'upcoming'],
    ['in the moment its turn begins', key(0, DAY), 'signing'],
    ['in its last millisecond', key(-DAY, 1), 'signing'],
    ['in the moment its turn is over', key(-DAY, 0), 'retired'],
    ['while a token of it may still be good', key(-DAY, -1, 1), 'retired'],
    ['when none can be good any more', key(-DAY, -HOUR, 0), 'gone'],
    ['compromised in the middle of its turn', key(-DAY, 0, 0), 'gone'],
    ['compromised before its turn', key(0, 0, 0), 'gone'],
  ])('%s', (_, dates, state) => {
    expect(stateOf(dates, NOW)).toBe(state);
  });
});

describe('the key that is due', () => {
  it.each([
    ['when there is none: one that signs at once', [], key(0, 30 * DAY)],
    ['when all are gone or retired: one that signs at once', [key(-40 * DAY, -DAY), key(-DAY, -1)], key(0, 30 * DAY)],
    ['long before the turn of the last one ends: none', [key(-DAY, 29 * DAY)], undefined],
    ['a millisecond before it is time: none', [key(-29 * DAY, DAY + 1)], undefined],
    ['when it is time: one that follows without a gap', [key(-29 * DAY, DAY)], key(DAY, 31 * DAY)],
    ['when its successor waits already: none', [key(-29 * DAY, DAY), key(DAY, 31 * DAY)], undefined],
    ['when the signing one was compromised: one for the gap', [key(-DAY, 0, 0), key(DAY, 31 * DAY)], key(0, DAY)],
    ['after a long sleep: one that signs at once', [key(-90 * DAY, -60 * DAY)], key(0, 30 * DAY)],
  ])('%s', (_, keys, due) => {
    expect(dueKey(keys, NOW, schedule)).toEqual(due);
  });

  it('leaves no moment without exactly one key that signs, published ahead, however often anybody looks', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: DAY / 2 }), { minLength: 200, maxLength: 400 }), (pauses) => {
        const keys: KeyDates[] = [];
        let now = NOW.getTime();
        for (const pause of pauses) {
          const due = dueKey(keys, new Date(now), schedule);
          if (due) {
            const isFirst = keys.length === 0;
            if (!isFirst) expect(due.signsFrom.getTime() - now).toBeGreaterThanOrEqual(schedule.publishAhead - DAY / 2);
            expect(due.goneAt.getTime() - due.signsUntil.getTime()).toBe(schedule.keep);
            keys.push(due);
          }
          expect(dueKey(keys, new Date(now), schedule)).toBeUndefined();
          expect(keys.filter((one) => stateOf(one, new Date(now)) === 'signing')).toHaveLength(1);
          now += pause;
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe('an ordered rotation', () => {
  const signing = key(-DAY, 29 * DAY);
  const delay = (keys: readonly KeyDates[], maximum = 16) => rotationDelay(keys, NOW, schedule, maximum);

  it('signs when caches have had the time to learn of the key', () => {
    expect(rotatedKey(NOW, schedule)).toEqual(key(310_000, 310_000 + 30 * DAY));
  });

  it('waits until the last one has taken effect', () => {
    expect(delay([key(-DAY, 200_000), key(200_000, 30 * DAY)])).toBe(200_000);
    expect(delay([key(-DAY, 0), key(0, 30 * DAY)])).toBe(0);
  });

  it('replaces a key that waits for its turn on the schedule', () => {
    expect(delay([key(-29 * DAY, DAY), key(DAY, 31 * DAY)])).toBe(0);
  });

  it('waits for a key to be gone while too many are published', () => {
    const retired = [key(-2 * DAY, -DAY, 5_000), key(-2 * DAY, -DAY, 9_000)];
    expect(delay([signing, ...retired], 3)).toBe(5_000);
    expect(delay([signing, ...retired], 4)).toBe(0);
  });
});
