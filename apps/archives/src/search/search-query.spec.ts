import * as fc from 'fast-check';

import { readQuery, snippetOf } from './search-query.js';

describe('a search query', () => {
  it.each([
    ['Mill deed', 'Mill deed', ['mill', 'deed']],
    ['well-known a_b', 'well known a b', ['well', 'known', 'a', 'b']],
    ['"old mill" or -"new mill" -well-known', '"old mill" or -"new mill" -"well known"', ['old', 'mill']],
    ["a & !b | (c:*) <-> d'", 'a b c d', ['a', 'b', 'c', 'd']],
    ['-everything', '-"everything"', []],
  ])('of %s is read as %s', (query, text, words) => {
    const read = readQuery(query);
    expect(read.text.replace(/ +/g, ' ').trim()).toBe(text);
    expect([...read.words]).toEqual(words);
  });
});

describe('a snippet', () => {
  it('marks each of the words, whatever their case, and no part of another', () => {
    expect(snippetOf('The Mill, the mills and the MILL', new Set(['mill']))).toEqual([
      { text: 'The ', isMatch: false },
      { text: 'Mill', isMatch: true },
      { text: ', the mills and the ', isMatch: false },
      { text: 'MILL', isMatch: true },
    ]);
  });

  it('is the beginning where no word is found', () => {
    expect(snippetOf('x'.repeat(500), new Set(['mill']))).toEqual([{ text: 'x'.repeat(240), isMatch: false }]);
  });

  it('is a part of the text as it stands, markup and all, with no character cut in half, for any text', () => {
    const letters = fc.string({
      unit: fc.constantFrom('a', 'mill', ' ', '<b>', '"', '\u{10FFFF}', '\n'),
      maxLength: 600,
    });
    fc.assert(
      fc.property(letters, (text) => {
        const parts = snippetOf(text, new Set(['mill', 'a']));
        const whole = parts.map((part) => part.text).join('');
        expect(text).toContain(whole);
        expect(whole.isWellFormed()).toBe(true);
        expect(whole.length).toBeLessThanOrEqual(241);
        expect(text === '' || whole !== '').toBe(true);
      }),
    );
  });
});
