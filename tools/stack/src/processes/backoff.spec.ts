import { Backoff } from './backoff.js';

it('waits longer after each crash, up to half a minute', () => {
  const backoff = new Backoff();
  const delays = Array.from({ length: 9 }, () => backoff.next(1_000));
  expect(delays).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
});

it('begins again after the process has run well', () => {
  const backoff = new Backoff();
  for (let crash = 0; crash < 5; crash += 1) backoff.next(1_000);
  expect(backoff.next(59_999)).toBe(16_000);
  expect(backoff.next(60_000)).toBe(500);
});
