import { logView } from './log-view.js';

const view = logView('treasury', 1, false);
const line = (fields: object) =>
  JSON.stringify({ level: 'info', time: '2026-11-26T19:07:18.925Z', service: 'treasury', msg: 'Ready', ...fields });

describe('a line of a log, for the eyes', () => {
  it('begins with the time, the process and the message', () => {
    expect(view(line({}))).toBe('19:07:18.925 treasury  Ready');
  });

  it('shows what else it holds', () => {
    expect(view(line({ context: 'Http', status: 503, ids: [1, 2] }))).toBe(
      '19:07:18.925 treasury  Ready context=Http status=503 ids=[1,2]',
    );
  });

  it('shows the stack of an error and of its cause below it', () => {
    const cause = { message: 'closed', stack: 'Error: closed\n    at b.js:2' };
    expect(view(line({ error: { name: 'Error', message: 'no', stack: 'Error: no\n    at a.js:1', cause } }))).toBe(
      ['19:07:18.925 treasury  Ready', 'Error: no', '    at a.js:1', 'Error: closed', '    at b.js:2']
        .map((one, index) => (index === 0 ? one : ' '.repeat(23) + one))
        .join('\n'),
    );
  });

  it.each(['{"no": "message"}', 'node: bad option', 'null', '{'])('leaves %s as it is', (other) => {
    expect(view(other)).toBe(`             treasury  ${other}`);
  });

  it('has colours where the terminal shows them', () => {
    expect(logView('auth', 0, true)(line({ level: 'error' }))).toContain('\u001B[91mReady');
  });
});
