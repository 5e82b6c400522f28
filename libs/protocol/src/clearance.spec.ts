import { isCleared } from './clearance.js';
import { CLEARANCES } from './names.js';

describe('clearance', () => {
  it.each(
    CLEARANCES.flatMap((held, i) =>
      CLEARANCES.map((asked, j) => [held, i >= j ? 'sees' : 'does not see', asked] as const),
    ),
  )('a user cleared for %s %s what is %s', (held, verdict, asked) => {
    expect(isCleared(held, asked)).toBe(verdict === 'sees');
  });

  it('follows the levels of a system that has its own', () => {
    const levels = ['open', 'public', 'sealed'];
    expect(isCleared('public', 'sealed', levels)).toBe(false);
    expect(isCleared('sealed', 'public', levels)).toBe(true);
  });

  it('refuses a level that does not exist, whether it is held or asked for', () => {
    expect(isCleared('sealed', 'public', ['sealed'])).toBe(false);
    expect(isCleared('sealed', 'public', ['public'])).toBe(false);
    expect(isCleared('sealed', 'public', [])).toBe(false);
  });
});
