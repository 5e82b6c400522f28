import { KEY_SET_ENTRY, RevocationEntries, revocationKey, signKeySet } from '@citadel/auth/nats';
import { badTokens, localIssuer, type LocalIssuer } from '@citadel/auth/testing';
import { problem } from '@citadel/contracts';
import { BUCKETS, createBucket, type KV, NatsLink } from '@citadel/platform';
import { scratchNats, type ScratchNats } from '@citadel/stack/testing';
import { Logger } from '@nestjs/common';
import until from 'p-wait-for';

import { gatewayForTest, type GatewayForTest } from '../testing/gateway.js';

interface Heard {
  readonly subject: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, readonly string[]>>;
}

let nats: ScratchNats;
let gateway: GatewayForTest;
let issuer: LocalIssuer;
let auth: NatsLink;
let revocations: KV;
/** What services were asked, and what they answer. */
const heard: Heard[] = [];
let answer: (asked: Heard) => unknown = () => ({ response: null });

beforeAll(async () => {
  nats = await scratchNats();
  auth = new NatsLink('publisher', nats.configOf('publisher'));
  const keys = await createBucket(auth, BUCKETS.keys);
  revocations = await createBucket(auth, BUCKETS.revocations, 3600);
  await standIn('auth');
  await standIn('treasury');
  gateway = await gatewayForTest({}, nats.configOf('gateway'));
  issuer = localIssuer({ issuer: gateway.origin });
  await keys.put(KEY_SET_ENTRY, signKeySet([issuer.jwk], nats.keySetKey));
  await until(() => gateway.process.ready());
}, 60_000);
afterAll(async () => {
  await gateway?.close();
  await auth?.close();
  await nats?.close();
});
beforeEach(() => heard.splice(0));

/** Stands where a service would, and answers as a spec wants it to. */
async function standIn(service: 'auth' | 'treasury'): Promise<void> {
  const connection = await nats.connectAs(service);
  connection.subscribe(`${service}.>`, {
    callback: (_, message) => {
      const { headers } = message;
      const names = headers?.keys() ?? [];
      const asked = {
        subject: message.subject,
        data: message.json<{ data: Heard['data'] }>().data,
        headers: Object.fromEntries(names.map((name) => [name, headers?.values(name) ?? []])),
      };
      heard.push(asked);
      message.respond(JSON.stringify(answer(asked)));
    },
  });
  await connection.flush();
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const id = '0192f5e0-7c3a-7b7b-9a8b-1c2d3e4f5a6b';
const account = {
  id,
  ownerId: id,
  name: 'Purse',
  currency: 'EUR',
  kind: 'customer',
  balance: 0,
  state: 'open',
  createdAt: '2026-11-24T00:00:00.000Z',
};
const open = { name: 'Purse', currency: 'EUR' };
const url = 'https://citadel.example';
const metadata = {
  issuer: url,
  jwks_uri: url,
  revocation_endpoint: url,
  introspection_endpoint: url,
  response_types_supported: [],
  grant_types_supported: ['old'],
  revocation_endpoint_auth_methods_supported: [],
  introspection_endpoint_auth_methods_supported: [],
};
const asAda = () => bearer(issuer.tokenFor(['gateway', 'treasury'], { sub: 'ada', jti: 'ada-1' }));

describe('a request', () => {
  it('reaches its service with the caller’s token, and the answer comes back', async () => {
    answer = () => ({ response: account });
    const headers = asAda();
    const {
      status,
      body,
      headers: answered,
    } = await gateway.call('POST', '/v1/treasury/accounts', { headers, body: open });
    expect([status, body]).toEqual([201, account]);
    expect(answered['cache-control']).toBe('no-store');
    expect(heard).toMatchObject([
      { subject: 'treasury.openAccount', data: open, headers: { authorization: [headers.authorization] } },
    ]);
    expect(heard[0]?.headers['x-request-id']).toEqual([answered['x-request-id']]);
  });

  it('is one message, whatever its parts', async () => {
    answer = () => ({ response: account });
    await gateway.call('GET', `/v1/treasury/accounts/${id.toUpperCase()}`, { headers: asAda() });
    answer = () => ({ response: { items: [], nextCursor: null } });
    await gateway.call('GET', '/v1/treasury/accounts?limit=7&kind=vault', { headers: asAda() });
    expect(heard.map(({ data }) => data)).toEqual([{ id }, { limit: 7, kind: 'vault' }]);
  });

  it('carries nothing that the client says of itself but its address and its user agent', async () => {
    answer = () => ({ response: account });
    const claims = {
      'x-user-id': 'sovereign',
      'x-forwarded-for': '203.0.113.7',
      'x-forwarded-user': 'sovereign',
      forwarded: 'for=203.0.113.7',
      'citadel-client-address': '203.0.113.7',
      'citadel-deadline': '0;1',
      traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
      cookie: 'a=b',
      'user-agent': 'Firefox',
    };
    await gateway.call('POST', '/v1/treasury/accounts', { headers: { ...claims, ...asAda() }, body: open });
    expect(Object.keys(heard[0]?.headers ?? {}).sort()).toEqual([
      'authorization',
      'citadel-client-address',
      'citadel-deadline',
      'citadel-user-agent',
      'traceparent',
      'x-request-id',
    ]);
    expect(heard[0]?.headers).toMatchObject({
      'citadel-client-address': ['127.0.0.1'],
      'citadel-user-agent': ['Firefox'],
    });
    expect(heard[0]?.headers['citadel-deadline']).toEqual([expect.stringMatching(/^\d+;1000$/)]);
    expect(heard[0]?.headers['traceparent']).not.toEqual([claims.traceparent]);
  });

  it('to a public operation carries no token, because none was verified', async () => {
    answer = () => ({ response: { keys: [] } });
    const { status, headers } = await gateway.call('GET', '/.well-known/jwks.json', { headers: bearer('nonsense') });
    expect([status, headers['cache-control']]).toEqual([200, 'public, max-age=300']);
    expect(heard[0]?.headers).not.toHaveProperty('authorization');
  });

  it('that had to wait for another goes on under its own id', async () => {
    answer = () => ({ response: account });
    const narrow = await gatewayForTest({ REQUESTS_AT_ONCE: 4 }, nats.configOf('gateway'));
    await until(() => narrow.process.ready());
    const headers = bearer(issuer.tokenFor(['gateway', 'treasury'], { iss: narrow.origin }));
    const open = () => narrow.call('POST', '/v1/treasury/accounts', { headers, body: { name: 'P', currency: 'EUR' } });
    const answers = await Promise.all(Array.from({ length: 5 }, open));
    await narrow.close();
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201]);
    const answered = answers.map((one) => one.headers['x-request-id']).sort();
    expect(heard.flatMap((one) => one.headers['x-request-id']).sort()).toEqual(answered);
  });

  it('for what is the same for everybody is made once a second, however many ask, and again after a failure', async () => {
    const ask = () => gateway.call('GET', '/.well-known/oauth-authorization-server');
    answer = () => ({ err: problem('service-unavailable').toBody() });
    expect((await ask()).status).toBe(503);
    answer = () => ({ response: metadata });
    const answers = await Promise.all(Array.from({ length: 20 }, ask));
    expect(answers.map(({ status, text }) => [status, text])).toEqual(
      answers.map(() => [200, JSON.stringify(metadata)]),
    );
    expect(heard).toHaveLength(2);
    answer = () => ({ response: { ...metadata, grant_types_supported: ['new'] } });
    await until(async () => (await ask()).body.grant_types_supported[0] === 'new', { interval: 200 });
    expect(heard).toHaveLength(3);
  });

  it('of a client that has the answer already is answered 304, and with the answer once it has changed', async () => {
    const path = '/docs/style.css';
    const { headers, text } = await gateway.call('GET', path);
    const tag = String(headers['etag']);
    expect([tag, text]).toEqual([expect.stringMatching(/^"[\w-]{43}"$/), expect.stringContaining('{')]);
    for (const known of [tag, `W/${tag}`, `"other", ${tag}`, '*']) {
      const again = await gateway.call('GET', path, { headers: { 'if-none-match': known } });
      expect([known, again.status, again.text, again.headers['etag']]).toEqual([known, 304, '', tag]);
    }
    for (const known of ['"other"', '', tag.slice(1)]) {
      const again = await gateway.call('GET', path, { headers: { 'if-none-match': known } });
      expect([known, again.status, again.text]).toEqual([known, 200, text]);
    }
  });

  it('does not leave the gateway when it does not fit the contract', async () => {
    const { status } = await gateway.call('POST', '/v1/treasury/accounts', {
      headers: asAda(),
      body: { ...open, balance: 1 },
    });
    expect([status, heard]).toEqual([400, []]);
  });

  it('does not leave the gateway without a good token', async () => {
    for (const [fault, token] of badTokens(issuer, 'gateway')) {
      const { status, body } = await gateway.call('GET', '/v1/auth/me', { headers: bearer(token) });
      expect([fault, status, body.code]).toEqual([fault, 401, 'unauthenticated']);
    }
    expect(heard).toEqual([]);
  });

  it('does not leave the gateway with a token that has been revoked', async () => {
    answer = () => ({ response: { items: [], nextCursor: null } });
    const headers = asAda();
    expect((await gateway.call('GET', '/v1/treasury/accounts', { headers })).status).toBe(200);
    const revocation = { kind: 'token', id: 'ada-1' } as const;
    const entries = new RevocationEntries(nats.configOf('auth').REVOCATION_KEY);
    await revocations.put(revocationKey(revocation), entries.encode(revocation));
    const refused = async () => (await gateway.call('GET', '/v1/treasury/accounts', { headers })).status === 401;
    for (let tries = 0; !(await refused()); tries++) expect(tries).toBeLessThan(50);
  });
});

describe('an answer', () => {
  const asBen = () => bearer(issuer.tokenFor(['gateway'], { sub: 'ben' }));
  const ask = async (response: unknown) => {
    answer = () => response;
    return gateway.call('GET', `/v1/treasury/accounts/${id}`, { headers: asBen() });
  };

  it('holds nothing that the contract does not name', async () => {
    const { body } = await ask({ response: { ...account, passwordHash: 'secret', ownerEmail: 'ada@citadel.test' } });
    expect(body).toEqual(account);
  });

  it.each([
    ['lacks a field', { response: { id } }],
    ['has a field of another type', { response: { ...account, balance: '0' } }],
    ['is nothing', { response: null }],
    ['is not even an answer', 'nonsense'],
  ])('is not shown when it %s', async (_, response) => {
    const { status, body, text } = await ask(response);
    expect([status, body.code]).toEqual([502, 'invalid-response']);
    expect(text).not.toMatch(/balance|expected/);
  });

  it('is logged once when it breaks the contract, under the trace id that the caller gets', async () => {
    const errors: unknown[] = [];
    const silent = () => undefined;
    Logger.overrideLogger({ error: (error: unknown) => errors.push(error), log: silent, warn: silent });
    const { body } = await ask({ response: { id } }).finally(() => void Logger.overrideLogger(false));
    const traceId = expect.stringMatching(/^[0-9a-f]{32}$/) as string;
    expect(body).toEqual({ ...problem('invalid-response').toBody(), traceId });
    expect(errors).toEqual([expect.any(Error)]);
  });

  it('is shown as the service wrote it when it is a problem, with its headers', async () => {
    const limited = problem('too-many-requests', { detail: 'Slowly', retryAfter: 7 }).toBody();
    const { status, body, headers } = await ask({ err: limited });
    expect([status, body, headers['retry-after']]).toEqual([429, limited, '7']);
    const missing = problem('missing-permission', { permission: 'treasury:accounts:read', decision: 'd-1' }).toBody();
    const refused = await ask({ err: missing });
    expect([refused.status, refused.body, refused.headers['www-authenticate']]).toEqual([
      403,
      missing,
      'Bearer error="insufficient_scope", error_description="Decision d-1"',
    ]);
  });

  it('is given up when it never comes', async () => {
    const connection = await nats.connectAs('archives');
    connection.subscribe('archives.readDocument', { callback: () => undefined });
    await connection.flush();
    const { status, body } = await gateway.call('GET', `/v1/archives/documents/${id}`, { headers: asBen() });
    expect([status, body.code]).toEqual([504, 'timeout']);
    await connection.close();
  });

  it('is a 503 when no service listens, for this service alone', async () => {
    const { status, body, headers } = await gateway.call('GET', '/v1/archives/documents', { headers: asBen() });
    expect([status, body.code, headers['retry-after']]).toEqual([503, 'service-unavailable', '1']);
    expect((await ask({ response: account })).status).toBe(200);
  });
});
