import { randomUUID } from 'node:crypto';

import { http, tokenOf } from './stack/http.js';
import { asSovereign, official } from './stack/officials.js';

const newName = () => `role-${randomUUID().slice(0, 13)}`;
const fields = { summary: 'Counts the coins', permissions: ['treasury:accounts:read'], inherits: ['scribe'] };

describe('custom roles', () => {
  it('are made, seen, changed and removed, each change of the version that was seen', async () => {
    const name = newName();
    const made = await asSovereign('POST', '/v1/roles', { name, ...fields });
    expect([made.status, made.body]).toMatchObject([
      201,
      {
        name,
        permissions: ['treasury:accounts:read'],
        inherits: ['scribe'],
        effectivePermissions: ['archives:documents:file', 'archives:documents:read', 'treasury:accounts:read'],
        isBuiltIn: false,
        version: 1,
      },
    ]);
    const token = await tokenOf('sovereign');
    const change = (tag: string, permissions: readonly string[]) =>
      http('PUT', `/v1/roles/${name}`, { token, headers: { 'if-match': tag }, body: { ...fields, permissions } });

    const changed = await change('"1"', ['treasury:*']);
    expect([changed.status, changed.headers['etag'], changed.body.version]).toEqual([200, '"2"', 2]);
    const stale = await change('"1"', ['archives:*']);
    expect([stale.status, stale.body.code]).toEqual([412, 'version-conflict']);
    const blind = await http('DELETE', `/v1/roles/${name}`, { token });
    expect([blind.status, blind.body.code]).toEqual([428, 'precondition-required']);
    const { body } = await http('GET', '/v1/roles', { token });
    expect(body.items).toContainEqual(expect.objectContaining({ name, version: 2, permissions: ['treasury:*'] }));
    const removed = await http('DELETE', `/v1/roles/${name}`, { token, headers: { 'if-match': '"2"' } });
    expect([removed.status, removed.text]).toEqual([204, '']);
    const gone = await asSovereign('DELETE', `/v1/roles/${name}`);
    expect([gone.status, gone.body.code]).toEqual([404, 'role-not-found']);
  });

  it('cannot be deleted while a user has them', async () => {
    const name = newName();
    await asSovereign('POST', '/v1/roles', { name, ...fields });
    const holder = await official({ roles: [name] });
    const refused = await asSovereign('DELETE', `/v1/roles/${name}`);
    expect([refused.status, refused.body.code]).toEqual([409, 'role-in-use']);
    await asSovereign('PUT', `/v1/users/${holder.id}/roles`, { roles: [] });
    expect((await asSovereign('DELETE', `/v1/roles/${name}`)).status).toBe(204);
  });

  it('can do what they hold, and nothing else', async () => {
    const name = newName();
    await asSovereign('POST', '/v1/roles', { name, ...fields, inherits: [] });
    const { token } = await official({ roles: [name] });
    expect((await http('GET', '/v1/treasury/accounts', { token })).status).toBe(200);
    const refused = await http('POST', '/v1/treasury/accounts', { token, body: { name: 'Mine', currency: 'EUR' } });
    expect([refused.status, refused.body.permission]).toEqual([403, 'treasury:accounts:open']);
  });

  it('are read by auditors and changed by wardens; a citizen’s refusal names the missing permission', async () => {
    const { items } = (await http('GET', '/v1/roles', { token: await tokenOf('auditor') })).body;
    expect(items).toContainEqual(expect.objectContaining({ name: 'sovereign', isBuiltIn: true }));
    for (const [role, permission] of [
      ['citizen', 'auth:roles:read'],
      ['auditor', 'auth:roles:manage'],
    ] as const) {
      const method = role === 'citizen' ? 'GET' : 'POST';
      const { status, body } = await http(method, '/v1/roles', {
        token: await tokenOf(role),
        ...(method === 'GET' ? {} : { body: { name: newName(), ...fields } }),
      });
      expect([status, body.code, body.permission]).toEqual([403, 'missing-permission', permission]);
    }
  });

  it('hold nothing that their author does not hold', async () => {
    for (const [permissions, inherits] of [
      [['treasury:vault:draw'], []],
      [['*'], []],
      [[], ['sovereign']],
      [[], ['teller']],
    ]) {
      const { status, body } = await http('POST', '/v1/roles', {
        token: await tokenOf('warden'),
        body: { name: newName(), summary: 'A way up', permissions, inherits },
      });
      expect([status, body.code]).toEqual([403, 'beyond-your-power']);
    }
  });

  it.each([
    [409, 'role-built-in', { name: 'sovereign', ...fields }],
    [422, 'unknown-permission', { name: 'a-role', ...fields, permissions: ['treasury:accounts:steal'] }],
    [422, 'unknown-role', { name: 'a-role', ...fields, inherits: ['no-such-role'] }],
    [400, 'invalid-request', { name: 'Sovereign', ...fields }],
    [400, 'invalid-request', { name: 'sоvereign', ...fields }],
    [400, 'invalid-request', { name: 'a-role', ...fields, isBuiltIn: true }],
    [400, 'invalid-request', { name: 'a-role', ...fields, summary: 'two\nlines' }],
  ])('are refused with %i %s: %j', async (status, code, body) => {
    const answer = await asSovereign('POST', '/v1/roles', body);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  it('cannot replace a built-in one', async () => {
    for (const [method, body] of [
      ['PUT', fields],
      ['DELETE', undefined],
    ] as const) {
      const answer = await asSovereign(method, '/v1/roles/citizen', body);
      expect([answer.status, answer.body.code]).toEqual([409, 'role-built-in']);
    }
  });
});
