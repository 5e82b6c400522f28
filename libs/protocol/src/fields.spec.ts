import fc from 'fast-check';
import { z } from 'zod';

import { Id, line, page, text } from './fields.js';

const accepts = (schema: z.ZodType, value: unknown) => schema.safeParse(value).success;

describe('text', () => {
  it('keeps whatever can be stored as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 50 }), (value) => {
        const isStorable = !value.includes('\0') && Buffer.from(value).toString() === value;
        expect(text(0, 200).safeParse(value)).toMatchObject(
          isStorable ? { success: true, data: value } : { success: false },
        );
      }),
    );
  });

  it.each([
    ['NUL', 'a\0b'],
    ['half a surrogate pair', 'a\uD800b'],
    ['the halves in the wrong order', '\uDC00\uD800'],
    ['too long', 'x'.repeat(11)],
    ['too short', ''],
    ['a number', 5],
    ['an object with a toString', { toString: () => 'x' }],
  ])('refuses %s', (_, value) => {
    expect(accepts(text(1, 10), value)).toBe(false);
  });
});

describe('a line', () => {
  it.each(['x', 'Zoë’s savings', '國庫', '👩‍👩‍👧', "'; DROP TABLE accounts; --"])('may be %s', (value) => {
    expect(accepts(line(80), value)).toBe(true);
  });

  it.each([
    ['white space before it', ' x'],
    ['white space after it', 'x\u00a0'],
    ['a line break', 'a\nb'],
    ['a carriage return', 'a\rb'],
    ['a tab', 'a\tb'],
    ['an escape', '\u001b[2J'],
    ['a C1 control', 'a\u0085b'],
    ['NUL', 'a\0b'],
    ['half a surrogate pair', '\uD83D'],
    ['nothing', ''],
    ['white space only', ' '],
    ['more than fits', 'x'.repeat(81)],
  ])('refuses %s', (_, value) => {
    expect(accepts(line(80), value)).toBe(false);
  });
});

describe('an id', () => {
  it('has one spelling', () => {
    expect(Id.parse('0192F5E0-7C3A-7B7B-9A8B-1C2D3E4F5A6B')).toBe('0192f5e0-7c3a-7b7b-9a8b-1c2d3e4f5a6b');
  });

  it.each([
    '',
    '1',
    '../etc/passwd',
    '0192f5e0-7c3a-7b7b-9a8b-1c2d3e4f5a6',
    '{0192f5e0-7c3a-7b7b-9a8b-1c2d3e4f5a6b}',
    '0192f5e07c3a7b7b9a8b1c2d3e4f5a6b',
  ])('is not %j', (value) => {
    expect(accepts(Id, value)).toBe(false);
  });
});

describe('a page', () => {
  const { limit } = page;
  it('has 20 items by default, and 100 at most', () => {
    expect([undefined, '1', '100', 7].map((value) => limit.parse(value))).toEqual([20, 1, 100, 7]);
  });

  it.each(['0', '-1', '101', '1.5', 'ten', '', 'Infinity', 'NaN', ['1', '2'], {}, null])(
    'cannot have %j items',
    (value) => {
      expect(accepts(limit, value)).toBe(false);
    },
  );
});
