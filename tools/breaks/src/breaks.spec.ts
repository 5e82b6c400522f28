import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { BREAKS } from './breaks/index.js';
import { patternOf } from './run-test.js';

const ROOT = path.resolve(import.meta.dirname, '../../..');

function sourceOf(file: string): string {
  const place = path.join(ROOT, file);
  return existsSync(place) ? readFileSync(place, 'utf8') : '';
}

describe('the table of breaks', () => {
  it('has every rule once', () => {
    const rules = BREAKS.map(({ rule }) => rule);
    expect(rules).toEqual([...new Set(rules)]);
  });

  it.each(BREAKS)('finds its code exactly once: $rule', ({ file, find, replace }) => {
    expect(sourceOf(file).split(find)).toHaveLength(2);
    expect(replace).not.toBe(find);
  });

  it.each(BREAKS)('names a test that exists: $rule', ({ spec, test }) => {
    expect(sourceOf(spec)).toContain(test);
  });
});

describe('the pattern of a title', () => {
  it('takes placeholders for anything and all else as it is', () => {
    const pattern = new RegExp(patternOf('is (not) $rule’s, %s'));
    expect('is (not) anybody’s, at all').toMatch(pattern);
    expect('is not anybody’s, at all').not.toMatch(pattern);
  });
});
