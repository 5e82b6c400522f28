import until from 'p-wait-for';
import { http } from './stack/http.js';
import { asSovereign, claimsOf, official, renew } from './stack/officials.js';

const statusOf = async (path: string, token: string) => (await http('GET', path, { token })).status;

describe('fresh power', () => {
  it('a revoked role is gone from issued tokens, at every service, within a second', async () => {
    const auditor = await official({ roles: ['auditor'] });
    const paths = ['/v1/users', '/v1/treasury/accounts', '/v1/archives/documents'];
    for (const path of paths) expect(await statusOf(path, auditor.token)).toBe(200);

    await asSovereign('PUT', `/v1/users/${auditor.id}/roles`, { roles: ['citizen'] });
    for (const path of paths)
      await until(async () => (await statusOf(path, auditor.token)) === 401, { timeout: 1_000, interval: 100 });

    await renew(auditor);
    const { status, body } = await http('GET', '/v1/users', { token: auditor.token });
    expect([status, body.permission]).toEqual([403, 'auth:users:read']);
  });

  it('what is given comes with the next refresh, in the same session', async () => {
    const citizen = await official();
    const before = claimsOf(citizen.token);
    expect(await statusOf('/v1/users', citizen.token)).toBe(403);
    await asSovereign('PUT', `/v1/users/${citizen.id}/roles`, { roles: ['citizen', 'auditor'] });
    await renew(citizen);
    expect(await statusOf('/v1/users', citizen.token)).toBe(200);
    expect(claimsOf(citizen.token)).toMatchObject({ sid: before['sid'], auth_time: before['auth_time'] });
  });

  it('a role that changes changes everybody who has it', async () => {
    const name = `guild-${crypto.randomUUID().slice(0, 8)}`;
    const fields = { summary: 'A guild', permissions: ['auth:users:read'], inherits: [] };
    await asSovereign('POST', '/v1/roles', { name, ...fields });
    const member = await official({ roles: [name] });
    expect(await statusOf('/v1/users', member.token)).toBe(200);
    await asSovereign('PUT', `/v1/roles/${name}`, { ...fields, permissions: ['auth:roles:read'] });
    await until(async () => (await statusOf('/v1/users', member.token)) === 401, { timeout: 1_000, interval: 100 });
    await renew(member);
    expect([await statusOf('/v1/users', member.token), await statusOf('/v1/roles', member.token)]).toEqual([403, 200]);
  });

  it('a disabled user is refused by every service within a second, and their session is over', async () => {
    const citizen = await official();
    await asSovereign('POST', `/v1/users/${citizen.id}/disable`);
    await until(async () => (await statusOf('/v1/treasury/accounts', citizen.token)) === 401, {
      timeout: 1_000,
      interval: 100,
    });
    await expect(renew(citizen)).rejects.toThrow('invalid-refresh-token');
  });
});

describe('a clearance', () => {
  it('opens and closes what others have filed', async () => {
    const scribe = await official({ roles: ['scribe'], clearance: 'secret' });
    const reader = await official({ roles: ['archivist'] });
    const filed = await http('POST', '/v1/archives/documents', {
      token: scribe.token,
      body: { title: 'The treaty', body: 'Between us', clearance: 'secret' },
    });
    const path = `/v1/archives/documents/${String(filed.body.id)}`;
    expect(await statusOf(path, reader.token)).toBe(404);

    await asSovereign('PUT', `/v1/users/${reader.id}/clearance`, { clearance: 'secret' });
    await renew(reader);
    expect(await statusOf(path, reader.token)).toBe(200);

    await asSovereign('PUT', `/v1/users/${reader.id}/clearance`, { clearance: 'restricted' });
    await until(async () => (await statusOf(path, reader.token)) === 401, { timeout: 1_000, interval: 100 });
    await renew(reader);
    expect(await statusOf(path, reader.token)).toBe(404);
  });

  it('is the most that its holder may file', async () => {
    const scribe = await official({ roles: ['scribe'] });
    const { status, body } = await http('POST', '/v1/archives/documents', {
      token: scribe.token,
      body: { title: 'Too high', body: 'For me', clearance: 'sealed' },
    });
    expect([status, body.code]).toEqual([403, 'insufficient-clearance']);
  });
});
