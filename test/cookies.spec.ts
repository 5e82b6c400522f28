import { type Answer, http } from './stack/http.js';
import { logIn, newcomer, type Person } from './stack/people.js';
import { stack } from './stack/stack.js';

const ACCESS = '__Host-citadel-access';
const REFRESH = '__Host-citadel-refresh';
const DEVICE = '__Host-citadel-device';
const FORMER_REFRESH = '__Secure-citadel-refresh';
const SAME_SITE = { 'sec-fetch-site': 'same-origin' };

let person: Person;
beforeAll(async () => (person = await newcomer()));

type Headers = Readonly<Record<string, string>>;

const logInWithCookies = (headers: Headers = SAME_SITE, body: object = {}) =>
  http('POST', '/v1/auth/login', {
    body: { email: person.email, password: person.password, delivery: 'cookie', ...body },
    headers,
  });
const setCookies = ({ headers }: Answer): string[] => [headers['set-cookie'] ?? []].flat();
/** What a browser sends back of what it was given. */
const jarOf = (answer: Answer) =>
  setCookies(answer)
    .map((line) => line.split(';')[0] ?? '')
    .join('; ');
const begin = async () => jarOf(await logInWithCookies());
const codeOf = ({ status, body }: Answer): unknown => (status < 300 ? status : body.code);

describe('a login of a browser', () => {
  it('sets cookies that no script can read, and returns no token', async () => {
    const answer = await logInWithCookies();
    expect(answer.status).toBe(200);
    expect(Object.keys(answer.body as object).sort()).toEqual(['expires_in', 'refresh_expires_in', 'token_type']);
    expect(answer.headers['cache-control']).toBe('no-store');
    const [access = '', refresh = '', device = ''] = setCookies(answer);
    expect(access.replace(/=[\w.-]+;/, '=…;')).toBe(`${ACCESS}=…; Max-Age=300; Path=/; Secure; HttpOnly; SameSite=Lax`);
    expect(refresh.replace(/=[\w-]+; Max-Age=\d+/, '=…')).toBe(
      `${REFRESH}=…; Path=/; Secure; HttpOnly; SameSite=Strict`,
    );
    expect(device.replace(/=[\w.-]+;/, '=…;')).toBe(
      `${DEVICE}=…; Max-Age=15552000; Path=/; Secure; HttpOnly; SameSite=Strict`,
    );
    for (const line of setCookies(answer)) {
      expect(Buffer.byteLength(line)).toBeLessThanOrEqual(4096);
      expect(line).not.toMatch(/domain=/i);
    }
  });

  it.each([
    ['a page of another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
    ['a page of the same site but another origin', { 'sec-fetch-site': 'same-site', origin: 'https://a.localhost' }],
    ['a page of no origin', { origin: 'null' }],
    ['a page of an origin that begins like ours', { origin: 'https://localhost.evil.example' }],
    ['whoever says nothing of where they are', {}],
  ])('is refused to %s: it would log them into an account of the attacker’s', async (_, headers) => {
    const answer = await logInWithCookies(headers);
    expect([answer.status, answer.body.code, setCookies(answer)]).toEqual([403, 'csrf-rejected', []]);
  });

  it('takes our own origin in place of Sec-Fetch-Site, for browsers that do not send that', async () => {
    expect((await logInWithCookies({ origin: stack().gateway })).status).toBe(200);
  });

  it('sets no cookie when it fails', async () => {
    const answer = await logInWithCookies(SAME_SITE, { password: 'not this one at all' });
    expect([answer.status, setCookies(answer)]).toEqual([401, []]);
  });
});

describe('the device cookie', () => {
  let guessed: Person;
  beforeAll(async () => (guessed = await newcomer()));
  const asGuessed = (headers: Headers, password = guessed.password) =>
    logInWithCookies({ ...SAME_SITE, ...headers }, { email: guessed.email, password });
  const deviceIn = (cookie: string) => cookie.split('; ').find((pair) => pair.startsWith(`${DEVICE}=`)) ?? '';

  it('lets its owner in after a stranger has used up the attempts, and outlives the session', async () => {
    const cookie = jarOf(await asGuessed({}));
    await http('POST', '/v1/auth/logout', { headers: { ...SAME_SITE, cookie } });
    let status = 0;
    for (let count = 0; count < 30 && status !== 429; count++) ({ status } = await asGuessed({}, 'a wrong passphrase'));
    expect(status).toBe(429);
    expect((await asGuessed({})).status).toBe(429);
    expect((await asGuessed({ cookie: deviceIn(cookie) })).status).toBe(200);
  });

  it('is read from a page of this origin alone', async () => {
    const cookie = deviceIn(await begin());
    const { status, body } = await http('POST', '/v1/auth/login', {
      body: { email: person.email, password: person.password },
      headers: { 'sec-fetch-site': 'same-site', cookie },
    });
    expect([status, body.code]).toEqual([403, 'csrf-rejected']);
  });
});

describe('a request with cookies', () => {
  const CHANGES = [
    ['a POST with a body', 'POST', '/v1/treasury/accounts', { name: 'Savings', currency: 'EUR' }],
    ['a POST without a body', 'POST', '/v1/auth/logout', undefined],
    ['a DELETE', 'DELETE', '/v1/auth/sessions/018f2f2e-0000-7000-8000-000000000000', undefined],
    ['a refresh', 'POST', '/v1/auth/refresh', undefined],
    ['a refresh with an empty body', 'POST', '/v1/auth/refresh', {}],
  ] as const;
  const FROM = [
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['another site, with its origin', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
    ['another origin of the same site', { 'sec-fetch-site': 'same-site' }],
    ['a link that was typed in', { 'sec-fetch-site': 'none' }],
    ['no origin at all', { origin: 'null' }],
    ['our origin over http', { origin: 'http://localhost' }],
    ['nowhere', {}],
  ] as const;

  describe.each(CHANGES)('%s', (_, method, path, body) => {
    it.each(FROM)('is refused when it comes from %s, and changes nothing', async (__, headers) => {
      const cookie = await begin();
      const answer = await http(method, path, { headers: { ...headers, cookie }, body });
      expect([answer.status, answer.body.code, setCookies(answer)]).toEqual([403, 'csrf-rejected', []]);
      expect((await http('GET', '/v1/auth/me', { headers: { cookie } })).status).toBe(200);
    });

    it('is taken from a page of this origin', async () => {
      const answer = await http(method, path, { headers: { ...SAME_SITE, cookie: await begin() }, body });
      expect([200, 201, 204, 'session-not-found']).toContain(codeOf(answer));
    });
  });

  it('reads from anywhere a browser would send them: nothing is changed by it', async () => {
    const headers = { cookie: await begin(), 'sec-fetch-site': 'cross-site' };
    const answer = await http('GET', '/v1/auth/me', { headers });
    expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([200, undefined]);
  });

  it('is decided by its Bearer token where it has one, and then no page can have made it', async () => {
    const other = await newcomer();
    const { access } = await logIn(other);
    const answer = await http('GET', '/v1/auth/me', { token: access, headers: { cookie: await begin() } });
    expect(answer.body.email).toBe(other.email);
    const bad = await http('GET', '/v1/auth/me', { token: 'nonsense', headers: { cookie: await begin() } });
    expect(bad.status).toBe(401);
  });

  it('is refused when it carries two access cookies', async () => {
    const [one, other] = [await begin(), await begin()];
    expect((await http('GET', '/v1/auth/me', { headers: { cookie: `${one}; ${other}` } })).status).toBe(401);
  });
});

describe('a refresh with cookies', () => {
  const refresh = (cookie: string, body?: object) =>
    http('POST', '/v1/auth/refresh', { headers: { ...SAME_SITE, cookie }, body });

  it('answers with cookies alone, even when a script asks for the tokens', async () => {
    const answer = await refresh(await begin(), { delivery: 'token' });
    expect(setCookies(answer)).toHaveLength(2);
    expect(Object.keys(answer.body as object).sort()).toEqual(['expires_in', 'refresh_expires_in', 'token_type']);
  });

  it('gives the same successor when it loses a race, and clears no cookies', async () => {
    const cookie = await begin();
    const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(cookie)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    const given = answers.map(
      (answer) =>
        setCookies(answer)
          .find((line) => line.startsWith(REFRESH))
          ?.split(';')[0],
    );
    expect(new Set(given).size).toBe(1);
    for (const answer of answers) expect(setCookies(answer).join()).not.toContain('Max-Age=0');
  });

  it('ignores the cookie of an earlier version, which a sibling domain can set, and removes it at the next login', async () => {
    const planted = (await begin()).split('; ').find((pair) => pair.startsWith(`${REFRESH}=`)) ?? '';
    const cookie = planted.replace(REFRESH, FORMER_REFRESH);
    const refused = await refresh(cookie);
    expect([refused.status, refused.body.code, setCookies(refused)]).toEqual([401, 'invalid-refresh-token', []]);
    expect(setCookies(await logInWithCookies({ ...SAME_SITE, cookie }))).toContain(
      `${FORMER_REFRESH}=; Max-Age=0; Path=/v1/auth; Secure; HttpOnly; SameSite=Strict`,
    );
  });

  it('sets and clears nothing when it fails', async () => {
    const answer = await refresh(`${REFRESH}=nonsense`);
    expect([answer.status, answer.body.code, setCookies(answer)]).toEqual([401, 'invalid-refresh-token', []]);
    const none = await refresh('');
    expect([none.status, setCookies(none)]).toEqual([401, []]);
  });
});

describe('a logout with cookies', () => {
  it.each(['/v1/auth/logout', '/v1/auth/logout-all'])('at %s takes both back, and ends the session', async (path) => {
    const cookie = await begin();
    const answer = await http('POST', path, { headers: { ...SAME_SITE, cookie } });
    expect(answer.status).toBe(204);
    expect(setCookies(answer)).toEqual([
      `${ACCESS}=; Max-Age=0; Path=/; Secure; HttpOnly; SameSite=Lax`,
      `${REFRESH}=; Max-Age=0; Path=/; Secure; HttpOnly; SameSite=Strict`,
    ]);
    expect((await http('GET', '/v1/auth/me', { headers: { cookie } })).status).toBe(401);
    expect((await http('POST', '/v1/auth/refresh', { headers: { ...SAME_SITE, cookie } })).status).toBe(401);
  });
});

describe('every answer', () => {
  it.each([
    ['GET', '/v1/auth/me'],
    ['GET', '/nowhere'],
    ['POST', '/v1/auth/login'],
    ['GET', '/.well-known/jwks.json'],
  ])('to %s %s carries the security headers, and opens nothing to other origins', async (method, path) => {
    const { headers } = await http(method, path, { headers: { origin: 'https://evil.example' } });
    expect(headers).toMatchObject({
      'strict-transport-security': 'max-age=31536000; includeSubDomains',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
      'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
    });
    expect(headers['access-control-allow-origin']).toBeUndefined();
    expect(headers['access-control-allow-credentials']).toBeUndefined();
    expect(headers['x-powered-by']).toBeUndefined();
  });
});
