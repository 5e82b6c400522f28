import { problem } from '@citadel/protocol';

import { refuse } from './refuse.js';

const duplicate = Object.assign(new Error('Unique constraint failed'), { code: 'P2002' });

function raisedBy(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    return error;
  }
}

describe('refuse', () => {
  it('turns the one error that it names into a problem and keeps the cause for the log', () => {
    const raised = raisedBy(() =>
      refuse('P2002', (cause) => problem('invalid-request', { detail: 'Log in instead', cause }))(duplicate),
    );
    expect(raised).toMatchObject({ code: 'invalid-request', status: 400, message: 'Log in instead', cause: duplicate });
  });

  it.each([
    ['another Prisma error', duplicate],
    ['a bug', new TypeError('x is not a function')],
    ['what is no error', 'P2025'],
  ])('lets %s pass as it is', (_, error) => {
    expect(raisedBy(() => refuse('P2025', (cause) => problem('invalid-request', { cause }))(error))).toBe(error);
  });
});
