import { badTokens } from '@citadel/auth/testing';
import { scratchNats, type ScratchNats } from '@citadel/stack/testing';
import { headers, type NatsConnection, nkeyAuthenticator } from '@nats-io/transport-node';
import type { INestMicroservice } from '@nestjs/common';
import { type MicroserviceOptions, Transport } from '@nestjs/microservices';
import until from 'p-wait-for';

import { NatsLink } from './nats-link.js';
import { NatsTransport } from './nats-transport.js';
import { ask, type Inside, issuer, serve } from './served.fixture.js';

let nats: ScratchNats;
let gateway: NatsConnection;
beforeAll(async () => {
  nats = await scratchNats();
  gateway = await nats.connectAs('gateway');
}, 30_000);
afterAll(async () => {
  await gateway?.close();
  await nats?.close();
});

const links: NatsLink[] = [];
function ours(): MicroserviceOptions {
  const link = new NatsLink('treasury', nats.configOf('treasury'));
  links.push(link);
  return { strategy: new NatsTransport(link, 'treasury') };
}
/** What a user of @citadel/auth has who takes Nest's transport as it is. */
function nests(): MicroserviceOptions {
  const { NATS_URL, NATS_CA, NATS_NKEY_SEED } = nats.configOf('treasury');
  const authenticator = nkeyAuthenticator(new TextEncoder().encode(NATS_NKEY_SEED));
  const options = {
    servers: [NATS_URL],
    tls: { ca: NATS_CA },
    authenticator,
    inboxPrefix: '_INBOX.treasury',
    queue: 'treasury',
  };
  return { transport: Transport.NATS, options };
}

describe.each([
  ['our transport', ours],
  ['Nest’s own transport', nests],
])('a service on NATS, through %s', (_, optionsOf) => {
  let app: INestMicroservice;
  let inside: Inside;
  beforeAll(async () => ({ app, inside } = await serve(optionsOf())));
  afterAll(async () => {
    await app.close();
    await Promise.all(links.splice(0).map((link) => link.close()));
  });

  const refused = expect.objectContaining({
    type: 'urn:citadel:problem:unauthenticated',
    status: 401,
    code: 'unauthenticated',
  });
  const sovereign = { id: 'eve', roles: ['sovereign'], permissions: ['*'] };

  it.each(badTokens(issuer, 'treasury'))('refuses a token that is %s', async (_fault, token) => {
    expect(await ask(gateway, 'treasury.me', {}, `Bearer ${token}`)).toMatchObject({ err: refused });
  });

  it('refuses a caller without a token', async () => {
    expect(await ask(gateway, 'treasury.me', {})).toMatchObject({ err: refused });
  });

  it('refuses two tokens, though both are good', async () => {
    const token = `Bearer ${issuer.tokenFor('treasury')}`;
    expect(await ask(gateway, 'treasury.me', {}, token, token)).toMatchObject({ err: refused });
  });

  it('lets a good token in', async () => {
    const token = issuer.tokenFor('treasury', { sub: 'ada', permissions: ['treasury:*'] });
    expect(await ask(gateway, 'treasury.me', {}, `Bearer ${token}`)).toMatchObject({ response: { id: 'ada' } });
    expect(await ask(gateway, 'treasury.draw', { amount: 1 }, `Bearer ${token}`)).toMatchObject({
      response: { amount: 1 },
    });
  });

  it('refuses a caller without the permission, and names it', async () => {
    const token = issuer.tokenFor('treasury', { permissions: ['treasury:accounts:*'] });
    expect(await ask(gateway, 'treasury.draw', { amount: 1 }, `Bearer ${token}`)).toMatchObject({
      err: { status: 403, code: 'missing-permission', permission: 'treasury:vault:draw' },
    });
  });

  it('asks who it is before it looks at what is asked', async () => {
    expect(await ask(gateway, 'treasury.draw', { amount: 'a lot' })).toMatchObject({ err: refused });
  });

  it('never takes an identity from the payload or from headers', async () => {
    const good = issuer.tokenFor('treasury', { sub: 'eve', permissions: ['*'] });
    const smuggled = {
      user: sovereign,
      authInfo: sovereign,
      session: { user: sovereign },
      token: good,
      headers: { authorization: `Bearer ${good}` },
    };
    expect(await ask(gateway, 'treasury.me', smuggled)).toMatchObject({ err: refused });
    const token = issuer.tokenFor('treasury', { sub: 'ada' });
    expect(await ask(gateway, 'treasury.me', { user: sovereign }, `Bearer ${token}`)).toMatchObject({
      response: { id: 'ada', permissions: [] },
    });
  });

  it('does not handle an event without a token, and logs that', async () => {
    inside.refusals.splice(0);
    const event = (token: string | undefined, data: unknown) => {
      const carried = headers();
      if (token) carried.set('authorization', `Bearer ${token}`);
      gateway.publish('treasury.paid', JSON.stringify({ pattern: 'treasury.paid', data }), { headers: carried });
    };
    event(undefined, { user: sovereign });
    event(issuer.tokenFor('treasury'), 'without permission');
    event(issuer.tokenFor('treasury', { permissions: ['treasury:vault:draw'] }), 'with permission');
    await until(() => inside.heard.length > 0);
    expect(inside.heard).toEqual(['with permission']);
    expect(inside.refusals).toMatchObject([
      { code: 'unauthenticated', entrance: 'subject treasury.paid' },
      { code: 'missing-permission', entrance: 'subject treasury.paid' },
    ]);
  });

  it('says nothing of its inside when it fails', async () => {
    const { err } = await ask(gateway, 'treasury.fail', {});
    expect(err).toMatchObject({ status: 500, code: 'internal' });
    expect(JSON.stringify(err)).not.toMatch(/hunter2|10\.0\.0\.1|stack/);
  });
});
