import { stopWith } from './stop-with.js';

describe('a watch', () => {
  it.each([
    ['before it was opened', (stopped: AbortController) => stopped.abort(), () => undefined],
    ['after it was opened', () => undefined, (stopped: AbortController) => stopped.abort()],
  ])('ends when its signal is aborted %s', (_, before, after) => {
    const stopped = new AbortController();
    let ends = 0;
    before(stopped);
    stopWith(stopped.signal, { stop: () => (ends += 1) });
    after(stopped);
    expect(ends).toBe(1);
  });
});
