import { randomUUID } from 'node:crypto';
import { ALL_ROLES, AUDIENCE, permissionsOf } from '@citadel/contracts';
import { decodeJwt, decodeProtectedHeader } from 'jose';

import { type AuthForTest, authForTest } from '../testing/auth.js';
import { AccessTokensService } from './access-tokens.service.js';

let auth: AuthForTest;
beforeAll(async () => (auth = await authForTest({ CITADEL_ISSUER: 'https://citadel.example.org:8443' })), 60_000);
afterAll(() => auth?.close());

describe('an access token', () => {
  it.each(ALL_ROLES)('is smaller than 1,024 bytes for the role %s', async (role) => {
    const { access_token: token } = await auth.logIn((await auth.user([role])).email);
    expect(Buffer.byteLength(token)).toBeLessThan(1024);
    expect(decodeJwt(token)['permissions']).toEqual(permissionsOf([role]));
  });

  it('says what RFC 9068 asks for, when and how its bearer logged in, and no word about the person', async () => {
    const { id, email } = await auth.user(['treasurer']);
    const { access_token: token, user } = await auth.logIn(email);
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'ES256', typ: 'at+jwt', kid: expect.any(String) });
    const claims = decodeJwt(token);
    const now = Math.floor(Date.now() / 1000);
    expect(claims).toEqual({
      iss: 'https://citadel.example.org:8443',
      sub: id,
      aud: AUDIENCE,
      iat: expect.closeTo(now, -1),
      exp: Number(claims.iat) + 300,
      jti: user.tokenId,
      client_id: 'citadel',
      sid: user.sessionId,
      auth_time: expect.closeTo(now, -1),
      amr: ['pwd'],
      roles: ['treasurer', 'teller'],
      permissions: ['treasury:*'],
      clearance: expect.any(String),
      gen: [0, 0],
    });
    expect(JSON.stringify(claims)).not.toContain(email);
  });

  it('has an id that no other has', async () => {
    const { user } = await auth.logIn((await auth.user()).email);
    const tokens = auth.get(AccessTokensService);
    const issued = await Promise.all(Array.from({ length: 50 }, () => tokens.issueFor(user.sessionId ?? '')));
    expect(new Set(issued.map((one) => decodeJwt(one?.token ?? '').jti)).size).toBe(50);
  });

  it('is not issued for a session that is over, that never was, or whose user is disabled', async () => {
    const tokens = auth.get(AccessTokensService);
    const { id, email } = await auth.user();
    const { user } = await auth.logIn(email);
    expect(await tokens.issueFor(randomUUID())).toBeUndefined();
    await auth.prisma.user.update({ where: { id }, data: { disabledAt: new Date() } });
    expect(await tokens.issueFor(user.sessionId ?? '')).toBeUndefined();
    await auth.prisma.user.update({ where: { id }, data: { disabledAt: null } });
    await auth.prisma.session.update({ where: { id: user.sessionId ?? '' }, data: { endedAt: new Date() } });
    expect(await tokens.issueFor(user.sessionId ?? '')).toBeUndefined();
  });
});
