import { randomUUID } from 'node:crypto';

import type { NatsConnection } from '@nats-io/transport-node';

import { type Answer, http, tokenOf } from './stack/http.js';
import { natsAs } from './stack/nats.js';
import { servicesAccepting, EVERYBODY, logIn, newcomer, refresh, tokensFrom, untilAccepted } from './stack/people.js';

/** How long after the answer a service may still trust what was revoked; measured closely by `npm run bench -- revocation`. */
const SOON_MS = 1_000;

let bus: NatsConnection;
let warden: string;
beforeAll(async () => {
  bus = await natsAs('gateway');
  warden = await tokenOf('warden');
});
afterAll(() => bus?.close());

const begin = async () => logIn(await newcomer());
const form = (path: string, fields: Record<string, string>, token?: string): Promise<Answer> =>
  http('POST', path, {
    body: new URLSearchParams(fields).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    ...(token === undefined ? {} : { token }),
  });
const revoke = (token: string, fields: Record<string, string> = {}) => form('/oauth/revoke', { token, ...fields });
const introspect = (token: string, by: string = warden) => form('/oauth/introspect', { token }, by);
const order = (path: string, body: object, by: string = warden) => http('POST', path, { token: by, body });
const isOut = async (...tokens: string[]) => expect(await untilAccepted(bus, tokens, false)).toBeLessThan(SOON_MS);

describe('revoking a token by its holder (RFC 7009)', () => {
  it('an access token is refused everywhere, and its session goes on', async () => {
    const { access, refresh: refreshToken } = await begin();
    const answer = await revoke(access);
    expect([answer.status, answer.headers['cache-control']]).toEqual([200, 'no-store']);
    await isOut(access);
    const next = tokensFrom(await refresh(refreshToken));
    expect(await servicesAccepting(bus, next.access)).toEqual(EVERYBODY);
  });

  it.each([
    ['a refresh token', false],
    ['a refresh token that was used already', true],
  ])('%s takes its whole session with it', async (_, isUsed) => {
    const { access, refresh: first } = await begin();
    const next = isUsed ? tokensFrom(await refresh(first)) : undefined;
    expect((await revoke(first)).status).toBe(200);
    await isOut(access, ...(next ? [next.access] : []));
    expect((await refresh(next?.refresh ?? first)).status).toBe(401);
  });

  it('a hint that is wrong changes nothing', async () => {
    const { access, refresh: refreshToken } = await begin();
    await revoke(access, { token_type_hint: 'refresh_token' });
    await isOut(access);
    await revoke(refreshToken, { token_type_hint: 'access_token' });
    expect((await refresh(refreshToken)).status).toBe(401);
  });

  it.each([
    ['nobody has issued', () => randomUUID()],
    ['was revoked before', async () => (await begin()).access],
    ['is a forgery', async () => `${(await begin()).access.slice(0, -6)}AAAAAA`],
  ])('a token that %s is answered with 200, so that tokens cannot be probed', async (_, make) => {
    const token = await make();
    const { status, body } = await revoke(token);
    const again = await revoke(token);
    expect([status, body, again.status, again.body]).toEqual([200, {}, 200, {}]);
  });

  it('a request without a token is invalid', async () => {
    expect((await form('/oauth/revoke', {})).status).toBe(400);
  });
});

describe('introspection (RFC 7662)', () => {
  it('says whose a token is and until when', async () => {
    const { access, claims } = await begin();
    const { status, body, headers } = await introspect(access);
    expect([status, headers['cache-control']]).toEqual([200, 'no-store']);
    expect(body).toMatchObject({
      active: true,
      token_type: 'Bearer',
      sub: claims.sub,
      sid: claims.sid,
      jti: claims.jti,
    });
  });

  it('says the same of a refresh token until it is used', async () => {
    const { refresh: token, claims } = await begin();
    expect((await introspect(token)).body).toMatchObject({ active: true, sub: claims.sub, sid: claims.sid });
    await refresh(token);
    expect((await introspect(token)).body).toEqual({ active: false });
  });

  it('says nothing but inactive of a token that is not good', async () => {
    const revoked = await begin();
    await revoke(revoked.access);
    const ended = await begin();
    await http('POST', '/v1/auth/logout', { token: ended.access });
    for (const token of [revoked.access, ended.access, ended.refresh, randomUUID(), 'a.b.c']) {
      expect((await introspect(token)).body).toEqual({ active: false });
    }
  });

  it('refuses callers without auth:tokens:introspect', async () => {
    const { access } = await begin();
    const [stranger, citizen] = [await form('/oauth/introspect', { token: access }), await introspect(access, access)];
    expect([stranger.status, stranger.body.active]).toEqual([401, undefined]);
    expect([citizen.status, citizen.body.code]).toEqual([403, 'missing-permission']);
  });
});

describe('an administrator', () => {
  it('ends everything of one user, who can log in again at once', async () => {
    const person = await newcomer();
    const [one, other, bystander] = [await logIn(person), await logIn(person), await begin()];
    expect((await order(`/v1/users/${person.id}/revoke-tokens`, { reason: 'drill' })).status).toBe(204);
    const next = await logIn(person);
    await isOut(one.access, other.access);
    for (const { refresh: token } of [one, other]) expect((await refresh(token)).status).toBe(401);
    expect(await servicesAccepting(bus, next.access)).toEqual(EVERYBODY);
    expect(await servicesAccepting(bus, bystander.access)).toEqual(EVERYBODY);
  });

  it('refuses one token, or ends one session, and nothing else', async () => {
    const person = await newcomer();
    const [one, other] = [await logIn(person), await logIn(person)];
    const sibling = tokensFrom(await refresh(one.refresh));
    expect((await order('/v1/tokens/revoke', { jti: one.claims.jti })).status).toBe(204);
    await isOut(one.access);
    expect(await servicesAccepting(bus, sibling.access)).toEqual(EVERYBODY);
    expect((await order('/v1/tokens/revoke', { sid: sibling.claims.sid })).status).toBe(204);
    await isOut(sibling.access);
    expect((await refresh(sibling.refresh)).status).toBe(401);
    expect(await servicesAccepting(bus, other.access)).toEqual(EVERYBODY);
  });

  it('revokes one thing in several ways, and each counts on its own', async () => {
    const person = await newcomer();
    const one = await logIn(person);
    const orders = [
      order('/v1/tokens/revoke', { jti: one.claims.jti }),
      order('/v1/tokens/revoke', { sid: one.claims.sid }),
      order(`/v1/users/${person.id}/revoke-tokens`, {}),
      revoke(one.access),
      http('POST', '/v1/auth/logout', { token: one.access }),
    ];
    for (const { status } of await Promise.all(orders)) expect([200, 204, 401]).toContain(status);
    await isOut(one.access);
    expect(await servicesAccepting(bus, (await logIn(person)).access)).toEqual(EVERYBODY);
  });

  it('decides right about a token of the same second, again and again', async () => {
    const person = await newcomer();
    let token = (await logIn(person)).access;
    for (let i = 0; i < 8; i++) {
      await order(`/v1/users/${person.id}/revoke-tokens`, {});
      const next = (await logIn(person)).access;
      expect(await servicesAccepting(bus, next)).toEqual(EVERYBODY);
      await isOut(token);
      token = next;
    }
  });

  it('gets a clear error for a bad request', async () => {
    const nobody = await order(`/v1/users/${randomUUID()}/revoke-tokens`, {});
    expect([nobody.status, nobody.body.code]).toEqual([404, 'user-not-found']);
    expect((await order('/v1/tokens/revoke', {})).status).toBe(400);
    expect((await order('/v1/tokens/revoke-all', {})).status).toBe(400);
  });

  it.each(['citizen', 'teller', 'treasurer', 'scribe', 'archivist', 'auditor'] as const)(
    'is not a %s, who may revoke their own tokens alone',
    async (role) => {
      const { claims, access } = await begin();
      const by = await tokenOf(role);
      const answers = await Promise.all([
        order(`/v1/users/${claims.sub}/revoke-tokens`, {}, by),
        order('/v1/tokens/revoke', { jti: claims.jti }, by),
        order('/v1/tokens/revoke-all', { reason: 'mischief' }, by),
        http('POST', '/v1/keys/rotate', { token: by }),
        http('POST', '/v1/keys/nobody/compromise', { token: by, body: { reason: 'mischief' } }),
      ]);
      expect(answers.map(({ body }) => String(body.code))).toEqual(answers.map(() => 'missing-permission'));
      expect(await servicesAccepting(bus, access)).toEqual(EVERYBODY);
    },
  );
});
