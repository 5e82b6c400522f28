import { olderThan, pageOf } from './page.js';

const rows = (count: number) => Array.from({ length: count }, (_, i) => ({ id: `id-${String(count - i)}` }));

describe('a page', () => {
  it('ends where one more row was found than it holds, and names its last', () => {
    expect(pageOf(rows(3), 2)).toEqual({ items: [{ id: 'id-3' }, { id: 'id-2' }], nextCursor: 'id-2' });
  });

  it.each([0, 1, 2])('is the last one with %i rows of 2', (count) => {
    expect(pageOf(rows(count), 2)).toEqual({ items: rows(count), nextCursor: null });
  });

  it('begins behind its cursor, or at the beginning', () => {
    expect(olderThan('id-2')).toEqual({ id: { lt: 'id-2' } });
    expect(olderThan(undefined)).toEqual({});
  });
});
