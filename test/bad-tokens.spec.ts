import { randomUUID, sign } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { badTokens, type LocalIssuer } from '@citadel/auth/testing';
import { AUDIENCE } from '@citadel/contracts';

import { type Answer, http } from './stack/http.js';
import { logIn, newcomer } from './stack/people.js';
import { realIssuer } from './stack/real-issuer.js';
import { stack } from './stack/stack.js';

const ROUTES = ['/v1/auth/me', '/v1/treasury/accounts', '/v1/archives/documents'];

let issuer: LocalIssuer;
beforeAll(async () => (issuer = await realIssuer()));

const now = () => Math.floor(Date.now() / 1000);
const claims = () => ({
  iss: issuer.issuer,
  sub: randomUUID(),
  aud: AUDIENCE,
  iat: now(),
  exp: now() + 300,
  jti: randomUUID(),
  client_id: 'story',
  permissions: ['treasury:accounts:read'],
  gen: [1_000_000, 1_000_000],
});

/** A token whose parts are what a test wants them to be, signed as it has to be. */
function signed(header: string, payload: string): string {
  const text = [header, payload].map((part) => Buffer.from(part).toString('base64url')).join('.');
  const signature = sign('sha256', Buffer.from(text), { key: issuer.privateKey, dsaEncoding: 'ieee-p1363' });
  return `${text}.${signature.toString('base64url')}`;
}
const header = (more = '') => `{"alg":"ES256","typ":"at+jwt","kid":"${issuer.kid}"${more}}`;
const withClaims = (changed: object) => signed(header(), JSON.stringify({ ...claims(), ...changed }));
/** Replaces a claim by JSON text, for what JSON.stringify would not write. */
const withText = (name: string, text: string) =>
  signed(header(), JSON.stringify(claims()).replace(new RegExp(`"${name}":("[^"]*"|\\d+)`), text));

/** Beyond the table of @citadel/auth/testing: what only somebody with the signing key could make. */
const spelledBadly: readonly (readonly [string, () => string])[] = [
  ['with its subject twice', () => withText('sub', '"sub":"a","sub":"b"')],
  ['with a second subject in another spelling', () => withText('sub', '"sub":"a","\\u0073ub":"b"')],
  ['with its algorithm twice', () => signed(header(',"alg":"ES256"'), JSON.stringify(claims()))],
  ['with its key id twice', () => signed(header(',"kid":"x"'), JSON.stringify(claims()))],
  ['with an expiry that is text', () => withClaims({ exp: String(now() + 300) })],
  ['with an expiry in the year 10000', () => withClaims({ exp: 253_402_300_800 })],
  ['with an expiry beyond all numbers', () => withText('exp', '"exp":1e999')],
  ['with an expiry that is a fraction', () => withText('exp', `"exp":${String(now() + 300)}.5`)],
  ['with an expiry before time began', () => withClaims({ exp: -1 })],
  ['with a moment of issue that is text', () => withClaims({ iat: String(now()) })],
  ['with claims that are a list', () => signed(header(), '[]')],
  ['with claims that are text', () => signed(header(), '"claims"')],
  ['with claims that are null', () => signed(header(), 'null')],
  ['with claims nested very deep', () => withText('sub', `"sub":"a","x":${'['.repeat(400)}${']'.repeat(400)}`)],
  [
    'with bytes that are no UTF-8',
    () => signed(header(), Buffer.from(JSON.stringify(claims())).toString('latin1') + '\xff'),
  ],
  ['with a generation that is no pair', () => withClaims({ gen: 7 })],
  ['with a negative generation', () => withClaims({ gen: [-1, 0] })],
  ['with x5c, a certificate of its own', () => signed(header(',"x5c":["MII="]'), JSON.stringify(claims()))],
  [
    'with jwk, a key of its own',
    () => signed(header(`,"jwk":${JSON.stringify(issuer.jwk)}`), JSON.stringify(claims())),
  ],
  ['with an empty crit', () => signed(header(',"crit":[]'), JSON.stringify(claims()))],
  ['with a key id of 10 kB', () => signed(header().replace(issuer.kid, 'k'.repeat(10_000)), JSON.stringify(claims()))],
  [
    'with a key id in other letters',
    () => signed(header().replace(issuer.kid, 'ключ\u0000'), JSON.stringify(claims())),
  ],
  ['cut off in its signature', () => withClaims({}).slice(0, -10)],
  ['cut off in its claims', () => withClaims({}).slice(0, 300)],
  ['of 12 kB', () => withClaims({ note: 'x'.repeat(9_000) })],
];

function expectRefused({ status, body, headers, text }: Answer, token: string): void {
  expect([status, body.code, body.title]).toEqual([401, 'unauthenticated', 'A valid access token is required']);
  expect(headers['www-authenticate']).toMatch(/^Bearer error="invalid_token"/);
  // What is wrong stays between the log and us: every refusal looks the same.
  expect(Object.keys(body as object).sort()).toEqual(['code', 'decision', 'status', 'title', 'type']);
  expect(text).not.toContain(token.slice(0, 40));
}

describe('over HTTP', () => {
  it('a token of this issuer is served, so that what is refused below is refused for its fault', async () => {
    const { status } = await http('GET', '/v1/treasury/accounts', { token: withClaims({}) });
    expect(status).toBe(200);
  });

  it.each(spelledBadly)('a token %s is refused on every route, and nothing is said of why', async (_, make) => {
    const token = make();
    for (const route of ROUTES) expectRefused(await http('GET', route, { token }), token);
  });

  it('every token of the common table is refused', async () => {
    for (const [, token] of badTokens(issuer, 'gateway'))
      expectRefused(await http('GET', '/v1/auth/me', { token }), token);
  });

  it('a token for the gateway alone gets no further than the gateway', async () => {
    const token = withClaims({ aud: ['gateway'] });
    for (const route of ROUTES) expectRefused(await http('GET', route, { token }), token);
  });

  it('a refresh token is not accepted as an access token', async () => {
    const { refresh } = await logIn(await newcomer());
    for (const route of ROUTES) expectRefused(await http('GET', route, { token: refresh }), refresh);
  });

  it.each([
    ['in the query', (token: string) => ({ path: `/v1/auth/me?access_token=${token}`, headers: {} })],
    ['with another scheme', (token: string) => ({ path: '/v1/auth/me', headers: { authorization: `Token ${token}` } })],
    ['with nothing before it', (token: string) => ({ path: '/v1/auth/me', headers: { authorization: token } })],
    [
      'twice in one header',
      (token: string) => ({ path: '/v1/auth/me', headers: { authorization: `Bearer ${token}, Bearer ${token}` } }),
    ],
    ['in a header of one’s own', (token: string) => ({ path: '/v1/auth/me', headers: { 'x-access-token': token } })],
    [
      'as somebody else’s word',
      () => ({ path: '/v1/auth/me', headers: { 'x-user-id': 'sovereign', 'x-forwarded-user': 'sovereign' } }),
    ],
  ])('a good token that comes %s is none', async (_, request) => {
    const { access } = await logIn(await newcomer());
    const { path: target, headers } = request(access);
    const { status } = await http('GET', target, { headers });
    expect([400, 401]).toContain(status);
  });

  it('two thousand forged tokens are refused in bounded time, and good ones are served meanwhile', async () => {
    const { access } = await logIn(await newcomer());
    const good: number[] = [];
    let isOver = false;
    const serve = async () => {
      while (!isOver) good.push((await http('GET', '/v1/auth/me', { token: access })).status);
    };
    const serving = serve();
    const forged = withClaims({ note: 'x'.repeat(2_000) });
    for (let batch = 0; batch < 40; batch++) {
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, i) =>
          http('GET', '/v1/auth/me', { token: `${forged.slice(0, -8)}${String(batch * 50 + i).padStart(8, 'A')}` }),
        ),
      );
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
    }
    isOver = true;
    await serving;
    expect(good.length).toBeGreaterThan(10);
    expect(new Set(good)).toEqual(new Set([200]));
  }, 60_000);
});

describe('the logs', () => {
  const folder = path.join(path.dirname(process.env.CITADEL_STACK ?? ''), 'logs');
  const logs = () =>
    readdirSync(folder)
      .filter((name) => /^(gateway|auth|treasury|archives)\.log$/.test(name))
      .map((name) => readFileSync(path.join(folder, name), 'utf8'))
      .join('\n');

  it('hold no token, no password and no cookie, whatever was refused or granted', async () => {
    const person = await newcomer();
    const { access, refresh } = await logIn(person);
    const forged = withClaims({ iss: 'https://thief.test' });
    await http('GET', '/v1/treasury/accounts', { token: forged });
    await http('GET', '/v1/treasury/accounts', { token: access });
    await http('GET', '/v1/treasury/accounts', { headers: { cookie: `__Host-citadel-access=${access}` } });
    await http('POST', '/v1/auth/refresh', { body: { refresh_token: refresh } });
    await http('POST', '/v1/auth/login', { body: { email: person.email, password: 'not this one at all' } });
    // Containers keep their logs to themselves.
    const text = existsSync(folder) ? logs() : '';
    expect(stack().gateway).toMatch(/^https:/);
    for (const secret of [forged, access, refresh, person.password, 'not this one at all'])
      expect(text).not.toContain(secret.slice(0, 60));
    for (const token of [forged, access]) expect(text).not.toContain(token.split('.')[2]);
  });
});
