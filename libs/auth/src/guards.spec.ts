import { randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

import { closeGuardedApps, guardedApp, issuer, Keys } from './guarded-app.fixture.js';
import type { Refusal } from './index.js';
import { badTokens, localIssuer } from './testing/index.js';

afterEach(closeGuardedApps);

describe('a guarded application over HTTP', () => {
  it.each(badTokens(issuer, 'orders'))('refuses a token that is %s', async (_, token) => {
    const get = await guardedApp();
    const { status, headers, body } = await get('/me', token);
    expect([status, body['code']]).toEqual([401, 'unauthenticated']);
    expect(headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(headers['www-authenticate']).toMatch(/^Bearer error="invalid_token"/);
    // Whoever forges tokens learns nothing from the answer.
    expect(Object.keys(body).sort()).toEqual(['code', 'decision', 'status', 'title', 'type']);
  });

  it('refuses a caller without a token, and does not log that as an error', async () => {
    const get = await guardedApp();
    const { status, headers, body } = await get('/me');
    expect([status, body['code'], headers['www-authenticate']]).toEqual([401, 'unauthenticated', 'Bearer']);
  });

  it('lets a good token in, twice', async () => {
    const get = await guardedApp();
    const token = issuer.tokenFor('orders', { sub: 'ada', roles: ['teller'] });
    for (let i = 0; i < 2; i++) {
      expect(await get('/me', token)).toMatchObject({
        status: 200,
        body: { id: 'ada', roles: ['teller'], permissions: [] },
      });
    }
  });

  it.each([
    ['one of several audiences', () => issuer.tokenFor(['gateway', 'orders'])],
    ['a clock that is a little behind', () => issuer.tokenFor('orders', { exp: Math.floor(Date.now() / 1000) - 1 })],
    ['claims that nobody asked for', () => issuer.tokenFor('orders', { email: 'ada@citadel.test', 'x:y': {} })],
  ])('lets in a token with %s', async (_, tokenNow) => {
    const get = await guardedApp();
    expect((await get('/me', tokenNow())).status).toBe(200);
  });

  it('lets everybody in where it is public, whatever they show', async () => {
    const get = await guardedApp();
    expect((await get('/open')).status).toBe(200);
    expect((await get('/open', 'nonsense')).status).toBe(200);
  });

  it('gives a public handler no principal: a token there has not been verified', async () => {
    const get = await guardedApp();
    expect(await get('/public-user', issuer.tokenFor('orders'))).toMatchObject({
      status: 401,
      body: { code: 'unauthenticated' },
    });
  });

  it.each([
    ['/draw', 'POST', {}, 'missing-permission', { permission: 'treasury:vault:draw' }],
    ['/draw', 'POST', { permissions: ['treasury:accounts:*'] }, 'missing-permission', {}],
    ['/draw', 'POST', { roles: ['treasurer'] }, 'missing-permission', {}],
    ['/counter', 'GET', {}, 'missing-role', { roles: ['teller', 'treasurer'] }],
    ['/counter', 'GET', { permissions: ['*'] }, 'missing-role', {}],
    ['/counter/vault', 'GET', { roles: ['teller'] }, 'missing-permission', {}],
    ['/counter/vault', 'GET', { permissions: ['treasury:vault:draw'] }, 'missing-role', {}],
  ])('refuses %s %s to a caller with %j: %s', async (url, method, claims, code, members) => {
    const get = await guardedApp();
    const { status, headers, body } = await get(url, issuer.tokenFor('orders', claims), { method });
    expect([status, body]).toEqual([403, expect.objectContaining({ code, ...members })]);
    expect(headers['www-authenticate']).toMatch(/^Bearer error="insufficient_scope"/);
  });

  it.each([
    ['/counter', { roles: ['treasurer'] }],
    ['/counter/vault', { roles: ['teller'], permissions: ['treasury:*'] }],
  ])('opens %s to a caller with %j', async (url, claims) => {
    const get = await guardedApp();
    expect((await get(url, issuer.tokenFor('orders', claims))).status).toBe(200);
  });

  it('never takes an identity from the payload or from headers', async () => {
    const get = await guardedApp();
    const sovereign = { id: 'eve', roles: ['sovereign'], permissions: ['*'] };
    const payload = {
      user: sovereign,
      authInfo: sovereign,
      session: { user: sovereign },
      headers: { authorization: 'x' },
    };
    const headers = { 'x-user-id': 'eve', 'x-user-roles': 'sovereign', 'x-forwarded-user': 'eve' };
    const anonymous = await get('/draw?user=eve&roles=sovereign', undefined, { method: 'POST', payload, headers });
    expect(anonymous).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    const token = issuer.tokenFor('orders', { sub: 'ada' });
    const known = await get('/draw', token, {
      method: 'POST',
      payload,
      headers: { ...headers, authorization: `Bearer ${token}` },
    });
    expect(known).toMatchObject({ status: 403, body: { code: 'missing-permission' } });
  });

  it('passes the reason to onRefusal, and only the decision id to the caller', async () => {
    const refusals: Refusal[] = [];
    const get = await guardedApp({ onRefusal: (refusal) => refusals.push(refusal) });
    const expired = issuer.tokenFor('orders', { iat: 1, exp: 2 });
    const citizen = issuer.tokenFor('orders', { sub: 'ada', sid: 'sid-1' });
    const answers = [await get('/me', expired), await get('/draw', citizen, { method: 'POST' })];
    expect(refusals).toEqual([
      expect.objectContaining({
        code: 'unauthenticated',
        entrance: 'HTTP GET /me',
        rule: 'jwt expired',
        service: 'orders',
      }),
      expect.objectContaining({
        code: 'missing-permission',
        entrance: 'HTTP POST /draw',
        rule: 'permission treasury:vault:draw',
        subject: 'ada',
        sessionId: 'sid-1',
      }),
    ]);
    expect(answers.map(({ body }) => body['decision'])).toEqual(refusals.map(({ decision }) => decision));
    expect(JSON.stringify(refusals)).not.toContain(expired.split('.')[2]);
  });

  it('agrees with jose about what a good token is', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
    const jwk = { ...(await exportJWK(publicKey)), kid: 'jose', alg: 'ES256' };
    const get = await guardedApp({ keys: new Keys({ keys: [jwk] }) });
    const token = await new SignJWT({ client_id: 'web', permissions: ['treasury:vault:draw'] })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'jose' })
      .setIssuer(issuer.issuer)
      .setAudience('orders')
      .setSubject('ada')
      .setJti(randomUUID())
      .setIssuedAt()
      .setExpirationTime('5 minutes')
      .sign(privateKey);
    expect(await get('/draw', token, { method: 'POST', payload: { a: 1 } })).toMatchObject({
      status: 201,
      body: { drawn: { a: 1 } },
    });
  });
});

describe('two auth modules in one process', () => {
  it('do not mix their issuers and audiences', async () => {
    const other = localIssuer({ issuer: 'https://other.test' });
    const orders = await guardedApp();
    const invoices = await guardedApp({ issuer: other.issuer, audience: 'invoices', keys: other.keys });
    const statuses = async (token: string) => [
      (await orders('/me', token)).status,
      (await invoices('/me', token)).status,
    ];
    expect(await statuses(issuer.tokenFor('orders'))).toEqual([200, 401]);
    expect(await statuses(other.tokenFor('invoices'))).toEqual([401, 200]);
    expect(await statuses(issuer.tokenFor('invoices'))).toEqual([401, 401]);
    expect(await statuses(other.tokenFor('orders'))).toEqual([401, 401]);
  });
});
