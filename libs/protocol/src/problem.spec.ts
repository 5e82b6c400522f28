import { problem, Problem, problemFrom, problemsOf, PROTOCOL_PROBLEMS } from './problem.js';

describe('a problem', () => {
  it('has the status and title of its catalogue, and reads back as it was written', () => {
    const ofOrders = problemsOf({ ...PROTOCOL_PROBLEMS, 'order-not-found': [404, 'There is no such order'] });
    const written = ofOrders('order-not-found', { detail: 'Order 7 was deleted' }).toBody();
    expect(written).toMatchObject({ code: 'order-not-found', status: 404, title: 'There is no such order' });
    expect(problemFrom(JSON.parse(JSON.stringify(written))).toBody()).toEqual(written);
    expect(ofOrders('timeout').toBody()).toEqual(problem('timeout').toBody());
  });

  it('takes further details, and keeps those it has and its cause', () => {
    const cause = new Error('inside');
    const thrown = problem('missing-role', { roles: ['clerk'], cause }).with({ decision: 'd-1' });
    expect(thrown).toMatchObject({ code: 'missing-role', details: { roles: ['clerk'], decision: 'd-1' }, cause });
    expect(thrown).toBeInstanceOf(Problem);
  });

  it('is written as RFC 9457 has it', () => {
    expect(problem('missing-permission', { permission: 'auth:keys:read', detail: 'Needs it' }).toBody()).toEqual({
      type: 'urn:citadel:problem:missing-permission',
      title: 'Missing permission',
      status: 403,
      code: 'missing-permission',
      permission: 'auth:keys:read',
      detail: 'Needs it',
    });
  });

  it('keeps its cause to itself', () => {
    const thrown = problem('internal', { cause: new Error('the password is hunter2') });
    expect(thrown.cause).toBeInstanceOf(Error);
    expect(JSON.stringify(thrown.toBody())).not.toContain('hunter2');
  });
});

describe('the stack of a problem', () => {
  it('is there where it is a fault of ours, and costs a refusal nothing', () => {
    expect(problem('internal').stack).toContain('problem.spec');
    expect(problem('unauthenticated').stack).not.toContain('\n');
    expect(new Error('another').stack).toContain('problem.spec');
  });
});

describe('a problem from the wire', () => {
  it.each([
    ['nothing', undefined],
    ['null', null],
    ['text', 'unauthenticated'],
    ['no code', { status: 401 }],
    ['a code that is not a string', { code: 401 }],
    ['a code alone', { code: 'unauthenticated', detail: 'inside story' }],
    ['a code of another spelling', { code: 'Order Not Found', status: 404, title: 'Fine' }],
    ['a code that is too long', { code: 'x'.repeat(65), status: 404, title: 'Fine' }],
    ['no failure', { code: 'unauthenticated', status: 200, title: 'Fine' }],
    ['of a status that HTTP does not have', { code: 'unauthenticated', status: 600, title: 'Fine' }],
    ['of a status that is a string', { code: 'unauthenticated', status: '401', title: 'Fine' }],
    ['without a title', { code: 'unauthenticated', status: 401 }],
    ['what Nest makes of an unknown error', { status: 'error', message: 'Internal server error' }],
  ])('is ours to answer for when it is %s', (_, value) => {
    const read = problemFrom(value);
    expect(read).toBeInstanceOf(Problem);
    expect(read.toBody()).toEqual(problem('internal').toBody());
    expect(read.cause).toEqual(value);
  });

  it('shows no member that is none of a problem', () => {
    const sent = { ...problem('unauthenticated').toBody(), type: 'urn:x', stack: 'at x', detail: 'd' };
    expect(problemFrom(sent).toBody()).toEqual({ ...problem('unauthenticated').toBody(), detail: 'd' });
  });

  it('has no member that its prototype brings', () => {
    const sent = Object.create({ detail: 'd', ...problem('unauthenticated').toBody() }) as object;
    expect(problemFrom(sent).toBody()).toEqual(problem('internal').toBody());
  });

  it('leaves out details that are not of their kind, before they become headers', () => {
    const details = {
      detail: {},
      retryAfter: '1\r\nset-cookie: a=b',
      maxAge: '"',
      decision: 'a"b',
      roles: 'r',
      traceId: 7,
    };
    expect(problemFrom({ ...problem('timeout').toBody(), ...details }).details).toEqual({});
  });
});
