import type { auth } from '@citadel/contracts';
import type { ReplyOf } from '@citadel/protocol';

import { http, tokenOf } from './stack/http.js';
import { asSovereign, official } from './stack/officials.js';
import { logIn } from './stack/people.js';

describe('a user', () => {
  it('is changed in the version that was seen, and in no other', async () => {
    const { id } = await official();
    const token = await tokenOf('sovereign');
    const put = (headers: Record<string, string>, roles: readonly string[]) =>
      http('PUT', `/v1/users/${id}/roles`, { token, headers, body: { roles } });

    const seen = await http('GET', `/v1/users/${id}`, { token });
    const tag = String(seen.headers['etag']);
    expect([seen.status, tag]).toEqual([200, `"${String(seen.body.version)}"`]);

    const blind = await put({}, ['teller']);
    expect([blind.status, blind.body.code]).toEqual([428, 'precondition-required']);
    const changed = await put({ 'if-match': tag }, ['teller']);
    expect([changed.status, changed.body.roles]).toEqual([200, ['teller']]);
    for (const stale of [tag, '"999"', `W/${String(changed.headers['etag'])}`, 'anything']) {
      const refused = await put({ 'if-match': stale }, ['scribe']);
      expect([stale, refused.status, refused.body.code]).toEqual([stale, 412, 'version-conflict']);
    }
    const next = await put({ 'if-match': String(changed.headers['etag']) }, ['scribe']);
    expect([next.status, next.body.roles]).toEqual([200, ['scribe']]);
    expect((await put({ 'if-match': '*' }, [])).body.roles).toEqual([]);
  });

  it('is shown with what they may do, and no secret', async () => {
    const { id, email } = await official({ roles: ['treasurer'] });
    const { body } = await http('GET', `/v1/users/${id}`, { token: await tokenOf('auditor') });
    expect(body).toEqual({
      id,
      email,
      roles: ['treasurer'],
      effectivePermissions: ['treasury:*'],
      clearance: 'restricted',
      isDisabled: false,
      createdAt: expect.any(String),
      version: expect.any(Number),
    });
  });

  it('cannot log in while they are disabled', async () => {
    const someone = await official();
    const disabled = await asSovereign('POST', `/v1/users/${someone.id}/disable`);
    expect([disabled.status, disabled.body.isDisabled]).toEqual([200, true]);
    await expect(logIn(someone)).rejects.toThrow('invalid-credentials');
    const enabled = await asSovereign('POST', `/v1/users/${someone.id}/enable`);
    expect([enabled.status, enabled.body.isDisabled]).toEqual([200, false]);
    await logIn(someone);
  });

  it('is not found when they do not exist', async () => {
    const answer = await asSovereign('PUT', `/v1/users/${crypto.randomUUID()}/roles`, { roles: [] });
    expect([answer.status, answer.body.code]).toEqual([404, 'user-not-found']);
  });

  it.each([
    ['roles', { roles: ['emperor'] }, 422, 'unknown-role'],
    ['roles', { roles: ['Sovereign'] }, 400, 'invalid-request'],
    ['clearance', { clearance: 'cosmic' }, 400, 'invalid-request'],
  ])('cannot be given %s %j', async (what, body, status, code) => {
    const { id } = await official();
    const answer = await asSovereign('PUT', `/v1/users/${id}/${what}`, body);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });
});

describe('escalation of privileges', () => {
  const asWarden = async (method: string, path: string, body?: unknown) =>
    http(method, path, { token: await tokenOf('warden'), headers: { 'if-match': '*' }, body });

  it.each([
    ['gives a role beyond their own', 'roles', { roles: ['treasurer'] }],
    ['makes a sovereign', 'roles', { roles: ['sovereign'] }],
    ['gives a clearance beyond their own', 'clearance', { clearance: 'secret' }],
  ])('a warden who %s is refused', async (_, what, body) => {
    const { id } = await official({ roles: [] });
    const answer = await asWarden('PUT', `/v1/users/${id}/${what}`, body);
    expect([answer.status, answer.body.code]).toEqual([403, 'beyond-your-power']);
  });

  it('a warden cannot disable a user who holds more, nor change themselves', async () => {
    const { body: warden } = await http('GET', '/v1/auth/me', { token: await tokenOf('warden') });
    const { body: sovereign } = await http('GET', '/v1/auth/me', { token: await tokenOf('sovereign') });
    const beyond = await asWarden('POST', `/v1/users/${String(sovereign.id)}/disable`);
    expect([beyond.status, beyond.body.code]).toEqual([403, 'beyond-your-power']);
    for (const [method, path, body] of [
      ['PUT', 'roles', { roles: ['warden', 'sovereign'] }],
      ['PUT', 'roles', { roles: [] }],
      ['PUT', 'clearance', { clearance: 'public' }],
      ['POST', 'disable', undefined],
      ['POST', 'enable', undefined],
    ] as const) {
      const answer = await asWarden(method, `/v1/users/${String(warden.id)}/${path}`, body);
      expect([path, answer.status, answer.body.code]).toEqual([path, 403, 'self-change']);
    }
  });

  it('the only sovereign cannot be removed by a user with as many permissions', async () => {
    const name = `regent-${crypto.randomUUID().slice(0, 8)}`;
    await asSovereign('POST', '/v1/roles', { name, summary: 'All but the name', permissions: ['*'] });
    const regent = await official({ roles: [name], clearance: 'sealed' });
    const { body } = await http('GET', '/v1/auth/me', { token: await tokenOf('sovereign') });
    const answer = await http('POST', `/v1/users/${String(body.id)}/disable`, {
      token: regent.token,
      headers: { 'if-match': '*' },
    });
    expect([answer.status, answer.body.code]).toEqual([409, 'last-sovereign']);
    await asSovereign('PUT', `/v1/users/${regent.id}/roles`, { roles: [] });
  });

  it('what was changed is in the audit trail, with what was before', async () => {
    const { id } = await official({ roles: ['scribe'] });
    const { body } = await http('GET', `/v1/audit/events?subject=${id}&type=user-roles-changed`, {
      token: await tokenOf('auditor'),
    });
    expect(body.items).toMatchObject([
      { outcome: 'success', subject: id, detail: { before: ['citizen'], after: ['scribe'] } },
    ]);
  });
});

const emailsIn = (page: unknown) => (page as ReplyOf<typeof auth.listUsers>).items.map(({ email }) => email);

describe('the list of users', () => {
  it('is searched by part of the address, page by page', async () => {
    const token = await tokenOf('auditor');
    const mark = crypto.randomUUID().slice(0, 13);
    const wanted: string[] = [];
    for (const name of ['ann', 'bob', 'cy']) {
      const email = `${name}-${mark}@citadel.test`;
      await http('POST', '/v1/auth/register', { body: { email, password: `harbour ${mark}` } });
      wanted.push(email);
    }
    const first = await http('GET', `/v1/users?search=${mark.toUpperCase()}&limit=2`, { token });
    expect(emailsIn(first.body)).toEqual(wanted.slice(0, 2));
    const cursor = String(first.body.nextCursor);
    const second = await http('GET', `/v1/users?search=${mark}&limit=2&cursor=${cursor}`, { token });
    expect([emailsIn(second.body), second.body.nextCursor]).toEqual([wanted.slice(2), null]);
  });

  it.each(['cursor=%2B%2B', 'cursor=a', 'search=%00', 'search=', 'limit=0', 'limit=101', 'role=sovereign'])(
    'refuses %s',
    async (query) => {
      const { status, body } = await http('GET', `/v1/users?${query}`, { token: await tokenOf('auditor') });
      expect([status, body.code]).toEqual([400, 'invalid-request']);
    },
  );
});
