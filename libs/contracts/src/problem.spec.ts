import { problem, Problem, type ProblemCode, problemFrom, PROBLEMS } from './problem.js';

const CODES = Object.keys(PROBLEMS) as ProblemCode[];

describe('a problem', () => {
  it.each(CODES)('%s has a status and a title, and reads back as it was written', (code) => {
    const { status, details } = problemFrom(JSON.parse(JSON.stringify(problem(code, { detail: 'here' }).toBody())));
    expect(status).toBe(PROBLEMS[code][0]);
    expect(details).toEqual({ detail: 'here' });
    expect(PROBLEMS[code][0]).toBeGreaterThanOrEqual(400);
    expect(PROBLEMS[code][1]).toMatch(/^[A-Z].*[^.]$/);
  });

  it('is written as RFC 9457 has it', () => {
    expect(problem('missing-permission', { permission: 'auth:keys:read', detail: 'Needs it' }).toBody()).toEqual({
      type: 'urn:citadel:problem:missing-permission',
      title: 'A permission is missing',
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

describe('a problem from the wire', () => {
  it.each([
    ['nothing', undefined],
    ['null', null],
    ['text', 'unauthenticated'],
    ['no code', { status: 401 }],
    ['a code that is no text', { code: 401 }],
    ['an unknown code', { code: 'teapot', detail: 'inside story' }],
    ['a code of the prototype', { code: 'constructor' }],
    ['what Nest makes of an unknown error', { status: 'error', message: 'Internal server error' }],
  ])('is ours to answer for when it is %s', (_, value) => {
    const read = problemFrom(value);
    expect(read).toBeInstanceOf(Problem);
    expect(read.toBody()).toEqual(problem('internal').toBody());
    expect(read.cause).toEqual(value);
  });

  it('decides its own status and shows no member that is not in the catalogue', () => {
    const body = problemFrom({
      code: 'unauthenticated',
      status: 200,
      title: 'Fine',
      stack: 'at x',
      detail: 'd',
    }).toBody();
    expect(body).toEqual({ ...problem('unauthenticated').toBody(), detail: 'd' });
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
    expect(problemFrom({ code: 'too-many-requests', ...details }).details).toEqual({});
  });
});
