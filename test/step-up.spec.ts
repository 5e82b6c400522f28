import until from 'p-wait-for';
import { http } from './stack/http.js';
import { asSovereign, claimsOf, inAuthDatabase, official, type Official, renew } from './stack/officials.js';

/** A warden, or another, who logged in an hour ago and has refreshed ever since. */
async function tiredWarden(role = 'warden'): Promise<Official> {
  const warden = await official({ roles: [role] });
  await inAuthDatabase("UPDATE sessions SET authenticated_at = authenticated_at - interval '1 hour' WHERE id = $1", [
    claimsOf(warden.token)['sid'],
  ]);
  await renew(warden);
  return warden;
}

const makeRole = (token: string) =>
  http('POST', '/v1/roles', {
    token,
    body: { name: `role-${crypto.randomUUID().slice(0, 8)}`, summary: 'Harmless', permissions: [] },
  });

describe('an action that needs a recent login', () => {
  it('is refused as RFC 9470 has it when the login is old, however fresh the token', async () => {
    const warden = await tiredWarden();
    const { status, headers, body } = await makeRole(warden.token);
    expect([status, body.code, body.maxAge]).toEqual([401, 'insufficient-user-authentication', 900]);
    const decision = String(body.decision);
    expect(headers['www-authenticate']).toBe(
      `Bearer error="insufficient_user_authentication", error_description="Decision ${decision}", max_age="900"`,
    );
  });

  it('leaves everything else to an old login', async () => {
    const { token } = await tiredWarden();
    for (const path of ['/v1/users', '/v1/roles', '/v1/keys', '/v1/auth/me']) {
      expect([path, (await http('GET', path, { token })).status]).toEqual([path, 200]);
    }
  });

  it('says first what permission is missing: to log in again would not help', async () => {
    const citizen = await official();
    const { status, body } = await makeRole(citizen.token);
    expect([status, body.code]).toEqual([403, 'missing-permission']);
  });

  it('goes through after the password has been given again, in a session that takes the place of the old one', async () => {
    const warden = await tiredWarden();
    const before = { token: warden.token, refreshToken: warden.refreshToken, claims: claimsOf(warden.token) };
    const answer = await http('POST', '/v1/auth/reauthenticate', {
      token: warden.token,
      body: { password: warden.password },
    });
    expect([answer.status, answer.headers['cache-control']]).toEqual([200, 'no-store']);
    const after = claimsOf(String(answer.body.access_token));
    expect(Number(after['auth_time'])).toBeGreaterThan(Number(before.claims['auth_time']) + 3_000);
    expect(after['sid']).not.toBe(before.claims['sid']);
    expect((await makeRole(String(answer.body.access_token))).status).toBe(201);

    await until(async () => (await http('GET', '/v1/auth/me', { token: before.token })).status === 401, {
      interval: 100,
      timeout: 1_000,
    });
    await expect(renew({ ...warden, refreshToken: before.refreshToken })).rejects.toThrow('invalid-refresh-token');
  });

  it('stays refused after a refresh, or a wrong password', async () => {
    const warden = await tiredWarden();
    const wrong = await http('POST', '/v1/auth/reauthenticate', { token: warden.token, body: { password: 'guess' } });
    expect([wrong.status, wrong.body.code]).toEqual([401, 'invalid-credentials']);
    await renew(warden);
    expect((await makeRole(warden.token)).body.code).toBe('insufficient-user-authentication');
  });

  it('is every change of what people may do, but not the one that stops harm', async () => {
    const warden = await tiredWarden();
    const victim = await official({ roles: [] });
    const call = (method: string, path: string, body?: unknown) =>
      http(method, path, { token: warden.token, headers: { 'if-match': '*' }, body });
    const role = `/v1/roles/role-${crypto.randomUUID().slice(0, 8)}`;
    for (const [method, path, body] of [
      ['PUT', `/v1/users/${victim.id}/roles`, { roles: [] }],
      ['PUT', `/v1/users/${victim.id}/clearance`, { clearance: 'public' }],
      ['POST', `/v1/users/${victim.id}/enable`, undefined],
      ['PUT', role, { summary: 'x', permissions: [] }],
      ['DELETE', role, undefined],
      ['POST', `/v1/users/${victim.id}/revoke-tokens`, {}],
      ['POST', '/v1/tokens/revoke', { jti: crypto.randomUUID() }],
    ] as const) {
      const { body: problem } = await call(method, path, body);
      expect([path, problem.code]).toEqual([path, 'insufficient-user-authentication']);
    }
    expect((await call('POST', `/v1/users/${victim.id}/disable`)).status).toBe(200);
    await asSovereign('POST', `/v1/users/${victim.id}/enable`);
  });

  it('is issuing money from the vault, which no plain transfer does', async () => {
    const treasurer = await tiredWarden('treasurer');
    const body = { to: crypto.randomUUID(), amount: 1 };
    const draw = (token: string) => http('POST', '/v1/treasury/vault-draws', { token, body });
    expect((await draw(treasurer.token)).body.code).toBe('insufficient-user-authentication');
    const fresh = await official({ roles: ['treasurer'] });
    expect((await draw(fresh.token)).body.code).toBe('account-not-found');

    const { body: vaults } = await http('GET', '/v1/treasury/accounts?kind=vault', { token: treasurer.token });
    const transfer = { ...body, from: vaults.items[0].id };
    const plain = await http('POST', '/v1/treasury/transfers', { token: fresh.token, body: transfer });
    expect([plain.status, plain.body.code]).toEqual([404, 'account-not-found']);
  });
});
