import { jest } from '@jest/globals';

import { Recent } from './recent.js';

afterEach(() => {
  jest.useRealTimers();
});

describe('a recent answer', () => {
  it('is looked up once for any number of callers, and again when it is no longer recent', async () => {
    jest.useFakeTimers();
    let asked = 0;
    const recent = new Recent(() => Promise.resolve(++asked), 500);
    expect(await Promise.all(Array.from({ length: 100 }, () => recent.get()))).toEqual(Array(100).fill(1));
    jest.advanceTimersByTime(499);
    expect(await recent.get()).toBe(1);
    jest.advanceTimersByTime(1);
    expect(await recent.get()).toBe(2);
  });

  it('is not kept if it is a failure', async () => {
    let asked = 0;
    const find = () => (++asked === 1 ? Promise.reject(new Error('down')) : Promise.resolve(asked));
    const recent = new Recent(find, 60_000);
    await expect(recent.get()).rejects.toThrow('down');
    expect(await recent.get()).toBe(2);
  });
});
