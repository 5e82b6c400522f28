import { statementNames } from './statement-names.js';

describe('the names of statements', () => {
  it('are one for each text, and the same for the same text', () => {
    const nameOf = statementNames();
    const [first, second] = [nameOf({ sql: 'SELECT 1' }), nameOf({ sql: 'SELECT 2' })];
    expect(first).not.toBe(second);
    expect([nameOf({ sql: 'SELECT 1' }), nameOf({ sql: 'SELECT 2' })]).toEqual([first, second]);
  });

  it('are bounded: further texts have none, and those that have one keep it', () => {
    const nameOf = statementNames(2);
    const names = ['a', 'b', 'c', 'd', 'a', 'b'].map((sql) => nameOf({ sql }));
    expect(names).toEqual([names[0], names[1], '', '', names[0], names[1]]);
  });
});
