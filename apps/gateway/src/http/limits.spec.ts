import { connect as connectPlain } from 'node:net';
import { connect, type ConnectionOptions } from 'node:tls';

import { type Answer, type Call, gatewayForTest, type GatewayForTest } from '../testing/gateway.js';

let gateway: GatewayForTest;
beforeAll(async () => (gateway = await gatewayForTest()), 30_000);
afterAll(() => gateway?.close());

/** What every refusal looks like, whoever refuses. */
function expectProblem(answer: Answer, status: number, code: string): void {
  expect([answer.status, answer.body?.code, answer.body?.status]).toEqual([status, code, status]);
  expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  expect(answer.body.type).toBe(`urn:citadel:problem:${code}`);
  expect(answer.text).not.toMatch(/node_modules|\.[jt]s:\d|at \w+ \(|FST_/);
}

/** Writes bytes to the gateway as no HTTP library would. */
const raw = (bytes: string, options: ConnectionOptions = {}): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect({
      host: '127.0.0.1',
      port: gateway.port,
      servername: 'localhost',
      ca: gateway.ca,
      ...options,
    });
    let text = '';
    socket.once('secureConnect', () => socket.write(bytes));
    socket.on('data', (data: Buffer) => (text += data.toString()));
    socket.once('error', reject);
    socket.once('close', () => resolve(text));
    socket.setTimeout(3_000, () => socket.destroy());
  });

describe('the gateway', () => {
  const login = '/v1/auth/login';
  const kilobytes = (count: number) => Array.from({ length: count }, () => Buffer.alloc(1024, ' '));
  const json = (type: string, body: unknown): Call => ({ headers: { 'content-type': type }, body });

  it.each<[string, string, string, Call, number, string]>([
    ['half a JSON text', 'POST', login, { body: '{"email":' }, 400, 'malformed-json'],
    ['text behind the JSON', 'POST', login, { body: '{} {}' }, 400, 'malformed-json'],
    [
      'bytes that are no UTF-8',
      'POST',
      login,
      { body: Buffer.from('{"email":"\xff"}', 'latin1') },
      400,
      'malformed-json',
    ],
    ['UTF-16', 'POST', login, { body: Buffer.from('{"email":1}', 'utf16le') }, 400, 'malformed-json'],
    ['a prototype', 'POST', login, { body: '{"__proto__":{"roles":["sovereign"]}}' }, 400, 'malformed-json'],
    ['a prototype spelled otherwise', 'POST', login, { body: '{"\\u005f_proto__":{}}' }, 400, 'malformed-json'],
    ['a prototype deep inside', 'POST', login, { body: '{"a":[{"__proto__":1}]}' }, 400, 'malformed-json'],
    [
      'the prototype of a constructor',
      'POST',
      login,
      { body: '{"constructor":{"prototype":{}}}' },
      400,
      'malformed-json',
    ],
    ['a list', 'POST', login, { body: '[]' }, 400, 'invalid-request'],
    ['a thousand lists', 'POST', login, { body: `${'['.repeat(1000)}${']'.repeat(1000)}` }, 400, 'invalid-request'],
    ['no body', 'POST', login, {}, 400, 'invalid-request'],
    ['an empty body', 'POST', login, { body: '' }, 400, 'invalid-request'],
    ['text', 'POST', login, json('text/plain', '{}'), 415, 'unsupported-media-type'],
    [
      'a form where none is taken',
      'POST',
      login,
      json('application/x-www-form-urlencoded', 'email=a'),
      415,
      'unsupported-media-type',
    ],
    ['parts', 'POST', login, json('multipart/form-data; boundary=x', '--x--'), 415, 'unsupported-media-type'],
    ['a type that is none', 'POST', login, json('json', '{}'), 415, 'unsupported-media-type'],
    [
      'a form with a field twice',
      'POST',
      '/oauth/revoke',
      json('application/x-www-form-urlencoded', 'token=a&token=b'),
      400,
      'invalid-request',
    ],
    ['a body over 1 MiB that says so', 'POST', login, { body: ' '.repeat(1024 * 1024 + 1) }, 413, 'body-too-large'],
    ['a body over 1 MiB that does not say so', 'POST', login, { body: kilobytes(1025) }, 413, 'body-too-large'],
    [
      'a header of 20 KB',
      'GET',
      '/health/live',
      { headers: { 'x-large': 'x'.repeat(20_000) } },
      431,
      'headers-too-large',
    ],
    [
      'a thousand headers',
      'GET',
      '/health/live',
      { headers: Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`x-${String(i)}`, 'x'.repeat(20)])) },
      431,
      'headers-too-large',
    ],
    ['a path that does not decode', 'GET', '/v1/treasury/accounts/%zz', {}, 400, 'invalid-request'],
    ['a path that is no UTF-8', 'GET', '/v1/treasury/accounts/%ff', {}, 400, 'invalid-request'],
    ['a path that leads nowhere', 'GET', '/v1/nowhere', {}, 404, 'route-not-found'],
    ['another method', 'PUT', '/v1/auth/me', {}, 404, 'route-not-found'],
    ['another spelling', 'GET', '/V1/AUTH/ME', {}, 404, 'route-not-found'],
    ['a slash at the end', 'GET', '/health/live/', {}, 404, 'route-not-found'],
    ['a way up', 'GET', '/health/../../etc/passwd', {}, 404, 'route-not-found'],
    ['a field in the query that is not known', 'POST', `${login}?admin=true`, { body: {} }, 400, 'invalid-request'],
    ['the prototype in the query', 'POST', `${login}?__proto__=x`, { body: {} }, 400, 'invalid-request'],
  ])('refuses %s', async (_, method, path, call, status, code) => {
    expectProblem(await gateway.call(method, path, call), status, code);
  });

  it.each([
    ['no HTTP', 'hello\r\n\r\n'],
    ['a method that nobody knows', 'FROB / HTTP/1.1\r\nhost: localhost\r\n\r\n'],
    [
      'two lengths',
      'POST /v1/auth/login HTTP/1.1\r\nhost: localhost\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}',
    ],
    [
      'a length and chunks, which two servers would read differently',
      'POST /v1/auth/login HTTP/1.1\r\nhost: localhost\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['a header that is broken over lines', 'GET / HTTP/1.1\r\nhost: localhost\r\nx-a: b\n c\r\n\r\n'],
    ['a header with a space before its colon', 'GET / HTTP/1.1\r\nhost: localhost\r\nauthorization : Bearer x\r\n\r\n'],
    ['a request without a host', 'GET / HTTP/1.1\r\n\r\n'],
  ])('refuses %s, and closes the connection', async (_, bytes) => {
    const text = await raw(bytes);
    expect(text).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(text).not.toMatch(/node_modules|at \w+ \(|HPE_/);
  });

  it('speaks TLS 1.2 and newer, and nothing without TLS', async () => {
    const get = 'GET /health/live HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n';
    await expect(raw(get, { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' })).resolves.toMatch(/^HTTP\/1\.1 200 OK/);
    await expect(
      raw(get, { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }),
    ).rejects.toThrow();
    const answer = await new Promise<string>((resolve) => {
      const socket = connectPlain({ host: '127.0.0.1', port: gateway.port }, () => socket.write(get));
      let text = '';
      socket.on('data', (data) => (text += data.toString()));
      socket.on('error', () => undefined);
      socket.once('close', () => resolve(text));
    });
    expect(answer).not.toContain('200 OK');
  });

  it.each(['/health/live', '/docs', '/openapi.json', '/v1/nowhere', '/v1/auth/me', '/v1/treasury/accounts/%zz'])(
    'sends the headers that keep browsers out of trouble with %s',
    async (path) => {
      const { headers } = await gateway.call('GET', path);
      expect(headers).toMatchObject({
        'content-security-policy': expect.stringMatching(/^default-src 'none';.*frame-ancestors 'none'/),
        'strict-transport-security': 'max-age=31536000; includeSubDomains',
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-resource-policy': 'same-origin',
        'x-request-id': expect.stringMatching(/^[\da-f-]{36}$/),
      });
      expect(headers).not.toHaveProperty('x-powered-by');
      expect(headers).not.toHaveProperty('server');
    },
  );

  it('gives each request an id of its own, whatever the client calls it', async () => {
    const headers = {
      'x-request-id': 'mine',
      'request-id': 'mine',
      traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
    };
    const ids = [
      await gateway.call('GET', '/health/live', { headers }),
      await gateway.call('GET', '/health/live', { headers }),
    ];
    expect(new Set(ids.map((answer) => answer.headers['x-request-id']).filter((id) => id !== 'mine')).size).toBe(2);
  });

  it('lets no page of another origin read its answers', async () => {
    const headers = { origin: 'https://elsewhere.test', 'access-control-request-method': 'POST' };
    for (const method of ['GET', 'OPTIONS']) {
      const answer = await gateway.call(method, '/v1/auth/me', { headers });
      expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });
});

describe('the gateway without NATS', () => {
  it.each(['/v1/treasury/accounts', '/v1/auth/me'])(
    'answers 503 on %s and says when to try again, token or not',
    async (path) => {
      const headers = { authorization: 'Bearer abc' };
      const answer = await gateway.call('GET', path, { headers });
      expectProblem(answer, 503, 'service-unavailable');
      expect(answer.headers['retry-after']).toBe('1');
      expectProblem(await gateway.call('GET', path), 401, 'unauthenticated');
    },
  );

  it('answers 503 on what is public, too', async () => {
    const answer = await gateway.call('GET', '/.well-known/jwks.json');
    expectProblem(answer, 503, 'service-unavailable');
    expect(answer.headers['retry-after']).toBe('1');
  });

  it('lives, is not ready, and shows its documentation', async () => {
    expect((await gateway.call('GET', '/health/live')).body).toEqual({ live: true });
    const ready = await gateway.call('GET', '/health/ready');
    expect([ready.status, ready.headers['retry-after'], ready.body]).toEqual([503, '1', { ready: false }]);
    expect((await gateway.call('GET', '/docs')).text).toContain('<h1>Citadel API</h1>');
  });
});

describe('a gateway with origins of its configuration', () => {
  const page = 'https://app.citadel.test';
  let open: GatewayForTest;
  beforeAll(async () => (open = await gatewayForTest({ CORS_ORIGINS: [page] })), 30_000);
  afterAll(() => open?.close());
  const preflight = (origin: string) =>
    open.call('OPTIONS', '/v1/auth/me', {
      headers: { origin, 'access-control-request-method': 'PUT', 'access-control-request-headers': 'authorization' },
    });

  it('lets their pages read its answers, with credentials', async () => {
    expect((await preflight(page)).headers).toMatchObject({
      'access-control-allow-origin': page,
      'access-control-allow-credentials': 'true',
      vary: expect.stringMatching(/origin/i),
    });
    const { headers } = await open.call('GET', '/health/live', { headers: { origin: page } });
    expect(headers['access-control-allow-origin']).toBe(page);
  });

  it.each(['https://app.citadel.test.elsewhere.test', 'http://app.citadel.test', 'null', 'https://APP.citadel.test'])(
    'and no page of %s',
    async (origin) => {
      expect((await preflight(origin)).headers['access-control-allow-origin']).not.toBe(origin);
      const { headers } = await open.call('GET', '/health/live', { headers: { origin } });
      expect(headers['access-control-allow-origin']).not.toBe(origin);
    },
  );
});

describe('a connection whose handshake never ends', () => {
  it.each([
    ['says nothing', ''],
    ['says half of a ClientHello', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
  ])(
    'is closed after five seconds when it %s, and told nothing',
    async (_, bytes) => {
      const socket = connectPlain({ host: '127.0.0.1', port: gateway.port });
      let heard = 0;
      socket.on('data', (data) => (heard += data.length));
      socket.on('error', () => undefined);
      socket.write(Buffer.from(bytes, 'latin1'));
      const begun = performance.now();
      await new Promise((resolve) => socket.once('close', resolve));
      expect(performance.now() - begun).toBeLessThan(9_000);
      expect(heard).toBe(0);
    },
    15_000,
  );
});
