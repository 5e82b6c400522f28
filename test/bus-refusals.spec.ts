import { badTokens, type LocalIssuer } from '@citadel/auth/testing';
import { OPERATIONS, SERVICE_NAMES } from '@citadel/contracts';
import { headers, type NatsConnection } from '@nats-io/transport-node';

import { tokenOf } from './stack/http.js';
import { natsAs, request } from './stack/nats.js';
import { realIssuer } from './stack/real-issuer.js';

const GUARDED = OPERATIONS.filter((operation) => !operation.public);

let bus: NatsConnection;
let issuer: LocalIssuer;
beforeAll(async () => {
  // The gateway may publish to every service: whoever steals its key stands here.
  bus = await natsAs('gateway');
  issuer = await realIssuer();
});
afterAll(() => bus?.close());

describe('behind the gateway’s back', () => {
  it('a good token is served, so that what is refused below is refused for its token', async () => {
    const { response } = await request(bus, 'treasury.listAccounts', {}, await tokenOf('citizen'));
    expect(response).toMatchObject({ items: expect.any(Array) });
  });

  it('a token of the issuer below is served too', async () => {
    const token = issuer.tokenFor('treasury', { permissions: ['treasury:accounts:read'] });
    const { response } = await request(bus, 'treasury.listAccounts', {}, token);
    expect(response).toEqual({ items: [], nextCursor: null });
  });

  it.each(GUARDED.map((operation) => [operation.id, operation] as const))(
    '%s refuses every bad token',
    async (_, operation) => {
      const attempts: (readonly [string, string | undefined])[] = [
        ['missing', undefined],
        ...badTokens(issuer, operation.service),
      ];
      const answers = await Promise.all(
        attempts.map(
          async ([fault, token]) => [fault, (await request(bus, operation.subject, {}, token)).err?.code] as const,
        ),
      );
      expect(answers.filter(([, code]) => code !== 'unauthenticated')).toEqual([]);
    },
  );

  it.each(GUARDED.map((operation) => [operation.id, operation] as const))(
    '%s trusts no identity in its payload',
    async (_, operation) => {
      const identity = { id: 'x', sub: 'x', roles: ['sovereign'], permissions: ['*'] };
      const token = await tokenOf('sovereign');
      const smuggled = {
        user: identity,
        authInfo: identity,
        principal: identity,
        session: identity,
        authorization: `Bearer ${token}`,
        headers: { authorization: `Bearer ${token}` },
      };
      expect((await request(bus, operation.subject, smuggled)).err).toMatchObject({
        status: 401,
        code: 'unauthenticated',
      });
    },
  );

  it('two credentials in one message are none', async () => {
    const carried = headers();
    carried.append('authorization', `Bearer ${await tokenOf('citizen')}`);
    carried.append('authorization', `Bearer ${await tokenOf('sovereign')}`);
    const message = await bus.request('auth.me', JSON.stringify({ data: {}, id: '1' }), {
      timeout: 5_000,
      headers: carried,
    });
    expect(message.json()).toMatchObject({ err: { code: 'unauthenticated' } });
  });

  it('another handler’s pattern in the packet changes nothing about the subject’s', async () => {
    const packet = JSON.stringify({ pattern: 'auth.jwks', data: {}, id: '1' });
    const message = await bus.request('auth.listUsers', packet, { timeout: 5_000 });
    expect(message.json()).toMatchObject({ err: { code: 'unauthenticated' } });
  });

  it.each([
    ['no JSON', 'not json'],
    ['no object', '[]'],
    ['no data', '{}'],
    ['invalid UTF-8', Buffer.from([0x7b, 0xff, 0x7d])],
    ['nothing', ''],
  ])('a message that is %s is answered with what is wrong', async (_, payload) => {
    const message = await bus.request('treasury.listAccounts', payload, { timeout: 5_000 });
    expect(message.json()).toMatchObject({ err: { status: 400, code: 'invalid-request' } });
  });

  it('a service cannot call another, nor hear what another is asked', async () => {
    const treasurer = await natsAs('treasury');
    await expect(treasurer.request('archives.listDocuments', '{}', { timeout: 2_000 })).rejects.toThrow(/permission/i);
    const overheard = new Promise((resolve) => treasurer.subscribe('auth.>', { callback: (error) => resolve(error) }));
    await expect(overheard).resolves.toMatchObject({ name: 'PermissionViolationError' });
    await treasurer.close();
  });

  it('no key of a service writes keys or revocations', async () => {
    for (const service of SERVICE_NAMES) {
      const connection = await natsAs(service);
      for (const subject of ['$KV.jwks.current', '$KV.revocations.everybody', '$JS.API.STREAM.DELETE.KV_revocations']) {
        await expect(connection.request(subject, '{}', { timeout: 2_000 })).rejects.toThrow(/permission/i);
      }
      await connection.close();
    }
  });
});
