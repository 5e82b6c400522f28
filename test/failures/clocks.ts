import { jest } from '@jest/globals';

import { feed, guardedService, issuer, tokensAt } from './guarded-service.js';
import { type Asked, type Cell, outcomeOf, outcomes } from './table.js';

const MINUTES_MS = 60_000;

/** Dates alone are set: timers, and the monotonic clock that no setting moves, go on. */
const GOES_ON = [
  'clearImmediate',
  'clearInterval',
  'clearTimeout',
  'hrtime',
  'nextTick',
  'performance',
  'queueMicrotask',
  'setImmediate',
  'setInterval',
  'setTimeout',
] as const;

/** Runs with a clock that shows another time: what is on the way of a request may be on several machines. */
async function withClock<T>(offset: number, run: () => Promise<T>): Promise<T> {
  jest.useFakeTimers({ now: Date.now() + offset, doNotFake: [...GOES_ON] });
  return run().finally(() => jest.useRealTimers());
}

/** A gateway whose clock is right, and a service behind it whose clock is not. */
export async function clockCells(): Promise<Cell[]> {
  const gateway = await guardedService({ keys: issuer.keys, revocations: feed() });
  const service = await guardedService({ keys: issuer.keys, revocations: feed() });
  const cells: Cell[] = [];
  const find = async (state: string, produced: string, offset: number) => {
    const ask = async (token: string): Promise<Asked> => {
      const first = await gateway.ask(token);
      return first.status < 300 ? withClock(offset, () => service.ask(token)) : first;
    };
    const tokens = tokensAt();
    await withClock(0, () => service.ask(tokens.good));
    const open = await withClock(offset, () => service.public());
    cells.push({
      dependency: 'clock of a service',
      state,
      produced,
      outcomes: await outcomes(tokens, ask),
      meanwhile: `public routes ${outcomeOf(open)}`,
    });
  };
  try {
    await find('healthy', 'is right', 0);
    await find('down', 'has stood still for an hour', -60 * MINUTES_MS);
    await find('slow', 'is 4 seconds behind, within the tolerance', -4_000);
    await find('stale', 'is 10 minutes behind, as after a suspension', -10 * MINUTES_MS);
    await find('wrong', 'is 10 minutes ahead', 10 * MINUTES_MS);
  } finally {
    await Promise.all([gateway.close(), service.close()]);
  }
  return cells;
}
