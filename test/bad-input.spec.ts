import { OPERATIONS } from '@citadel/contracts';
import type { Operation } from '@citadel/protocol';

import { type Answer, http, tokenOf } from './stack/http.js';

const CHANGING = OPERATIONS.filter(({ method }) => method === 'POST' || method === 'PUT');

/** What a client may be told: a problem with a code, and nothing of our inside. */
function expectProblem({ status, headers, text, body }: Answer, expected: number, code: string): void {
  expect([status, body?.code]).toEqual([expected, code]);
  expect(headers['content-type']).toBe('application/problem+json; charset=utf-8');
  expect(body.status).toBe(expected);
  expect(text).not.toMatch(/node_modules|\.js:\d|\.ts:\d|at \w+ \(|prisma|postgres|nats:/i);
}

const pathOf = ({ path }: Operation, value: string) => path.replace(/\{\w+\}/g, value);

describe('a body', () => {
  const login = (body: unknown, headers = {}) => http('POST', '/v1/auth/login', { body, headers });

  it.each([
    ['half a JSON text', '{"email":'],
    ['bytes that are no UTF-8', Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x7d])],
    ['a prototype to pollute', '{"__proto__":{"roles":["sovereign"]}}'],
    ['a constructor to pollute', '{"constructor":{"prototype":{"x":1}}}'],
  ])('is malformed when it is %s', async (_, body) => {
    expectProblem(await login(body), 400, 'malformed-json');
  });

  it.each([
    ['nothing', undefined],
    ['null', 'null'],
    ['a list', '[]'],
    ['a text', '"email"'],
    ['a number', '1'],
  ])('is not a request when it is %s', async (_, body) => {
    expectProblem(await login(body), 400, 'invalid-request');
  });

  it.each([
    ['text/plain', 'hello'],
    ['application/xml', '<a/>'],
    ['application/x-www-form-urlencoded', 'email=a&password=b'],
    ['multipart/form-data; boundary=x', '--x--'],
  ])('is not accepted with the type %s', async (type, body) => {
    expectProblem(await login(body, { 'content-type': type }), 415, 'unsupported-media-type');
  });

  it('over 1 MiB is refused by its length, and by what comes if it has none', async () => {
    const large = JSON.stringify({ email: 'x'.repeat(1024 * 1024) });
    expectProblem(await login(large), 413, 'body-too-large');
  });

  it('nested a thousand levels deep is refused, and the service goes on', async () => {
    const deep = `${'{"a":'.repeat(1000)}1${'}'.repeat(1000)}`;
    expectProblem(await login(deep), 400, 'invalid-request');
  });
});

describe('a request line', () => {
  it.each([
    ['/v1/nowhere', 404, 'route-not-found'],
    ['/v1/treasury/accounts/%zz', 400, 'invalid-request'],
    ['/v1/treasury/accounts/%ff', 400, 'invalid-request'],
    [`/v1/treasury/accounts/${'9'.repeat(200)}`, 400, 'invalid-request'],
    ['//v1/auth/me', 404, 'route-not-found'],
    ['/v1/auth/me/', 404, 'route-not-found'],
  ])('of %s answers %i', async (path, status, code) => {
    expectProblem(await http('GET', path, { token: await tokenOf('sovereign') }), status, code);
  });

  it('is refused with headers of absurd size', async () => {
    const answer = await http('GET', '/health/live', { headers: { 'x-large': 'x'.repeat(20_000) } });
    expectProblem(answer, 431, 'headers-too-large');
  });
});

describe('an id that is none', () => {
  const ids = ['1', 'null', "'%20OR%201=1", '00000000-0000-0000-0000-00000000000g', '..%2f..%2fetc'];
  const withId = OPERATIONS.filter(({ path }) => path.includes('{id}'));
  it.each(withId.flatMap((operation) => ids.map((id) => [operation.id, id, operation] as const)))(
    'is refused by %s: %s',
    async (_, id, operation) => {
      const headers = { 'if-match': '*' };
      const answer = await http(operation.method, pathOf(operation, id), {
        token: await tokenOf('sovereign'),
        headers,
      });
      expectProblem(answer, 400, 'invalid-request');
      expect(answer.body.errors[0]).toMatchObject({ in: 'path', path: '/id' });
    },
  );
});

describe('nonsense for every operation that takes a body', () => {
  const nonsense: readonly (readonly [string, (name: string) => unknown])[] = [
    ['numbers for everything', () => 1e308],
    ['lists for everything', () => [[[]]]],
    ['objects for everything', () => ({ $ne: null })],
    ['very long text for everything', () => 'x'.repeat(200_000)],
    ['NUL in everything', () => 'a\u0000b'],
    ['half a character in everything', () => '\ud800'],
  ];
  it.each(
    CHANGING.flatMap((operation) => nonsense.map(([what, value]) => [operation.id, what, operation, value] as const)),
  )('%s answers %s with a 4xx problem', async (_, __, operation, value) => {
    const names = Object.keys(operation.body ?? { unknown: true });
    const body = Object.fromEntries(names.map((name) => [name, value(name)]));
    const path = pathOf(
      operation,
      operation.path.includes('{id}') ? '00000000-0000-4000-8000-000000000000' : 'nothing-here',
    );
    // Nobody in particular, so that what is accepted after all ends at the access rule or at a name that is not there.
    const answer = await http(operation.method, path, {
      token: await tokenOf('scribe'),
      body,
      headers: { 'if-match': '*' },
    });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expectProblem(answer, answer.status, String(answer.body.code));
  });
});

describe('an unknown field', () => {
  it.each(CHANGING.filter(({ body }) => body !== undefined).map((operation) => [operation.id, operation] as const))(
    'is refused by %s, by its name',
    async (_, operation) => {
      const path = pathOf(
        operation,
        operation.path.includes('{id}') ? '00000000-0000-4000-8000-000000000000' : 'nothing-here',
      );
      const answer = await http(operation.method, path, {
        token: await tokenOf('sovereign'),
        body: { unheardOf: true },
        headers: { 'if-match': '*' },
      });
      expectProblem(answer, 400, 'invalid-request');
      expect(answer.body.errors).toContainEqual({ in: 'body', path: '/unheardOf', message: 'is not known here' });
    },
  );
});
