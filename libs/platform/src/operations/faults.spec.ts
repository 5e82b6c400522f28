import { z } from 'zod';

import { faultsOf } from './faults.js';

const Schema = z.strictObject({
  name: z.string().max(5),
  lines: z.array(z.strictObject({ amount: z.int() })).optional(),
});
const faults = (value: unknown) => {
  const { error } = Schema.safeParse(value);
  if (!error) throw new Error('it was right');
  return faultsOf(error, 'body');
};

describe('the faults of a request', () => {
  it('say where each is, as a JSON Pointer, and what would be right', () => {
    expect(faults({ name: 'far too long', lines: [{ amount: 1 }, { amount: 'x' }] })).toEqual([
      { in: 'body', path: '/name', message: 'Too big: expected string to have <=5 characters' },
      { in: 'body', path: '/lines/1/amount', message: 'Invalid input: expected number, received string' },
    ]);
  });

  it('name every field that is not known, wherever it stands', () => {
    expect(faults({ name: 'x', admin: true, 'a/b~c': 1, lines: [{ amount: 1, more: 2 }] })).toEqual([
      { in: 'body', path: '/lines/0/more', message: 'is not known here' },
      { in: 'body', path: '/admin', message: 'is not known here' },
      { in: 'body', path: '/a~1b~0c', message: 'is not known here' },
    ]);
  });

  it('do not repeat values, and cut names that are long', () => {
    const told = JSON.stringify(faults({ name: { password: 'hunter2' }, ['k'.repeat(5000)]: 'hunter2' }));
    expect(told).not.toContain('hunter2');
    expect(told.length).toBeLessThan(300);
  });

  it('are twenty at most', () => {
    const unknown = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`x${String(i)}`, i]));
    expect(faults({ name: 'x', ...unknown })).toHaveLength(20);
  });
});
