import { percentile, summary } from './percentiles.js';

const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);

describe('a percentile', () => {
  it.each([
    [0.5, 50],
    [0.95, 95],
    [0.99, 99],
    [1, 100],
  ])('of the numbers from 1 to 100 at %d is %d', (share, value) => {
    expect(percentile(hundred, share)).toBe(value);
  });

  it('is the measurement itself when there is one', () => {
    expect(percentile([7], 0.5)).toBe(7);
  });

  it('stands in the summary with its unit', () => {
    expect(summary('refusals', hundred)).toContain('p50 50.0  p95 95.0  p99 99.0  max 100.0  ms');
  });
});
