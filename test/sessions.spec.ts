import type { NatsConnection } from '@nats-io/transport-node';

import { type Answer, http } from './stack/http.js';
import { natsAs } from './stack/nats.js';
import {
  ageRefreshTokens,
  servicesAccepting,
  EVERYBODY,
  logIn,
  newcomer,
  refresh,
  tokensFrom,
  untilAccepted,
} from './stack/people.js';

let bus: NatsConnection;
beforeAll(async () => (bus = await natsAs('gateway')));
afterAll(() => bus?.close());

const sessions = (token: string) => http('GET', '/v1/auth/sessions', { token });
const ids = ({ body }: Answer) => (body.items as { id: string }[]).map(({ id }) => id).sort();
const noTokens = ({ status, body }: Answer) => {
  expect([status, body.code]).toEqual([401, 'invalid-refresh-token']);
};

describe('a user with several devices', () => {
  it('sees all of their sessions, with what they recognise them by', async () => {
    const person = await newcomer();
    const laptop = await logIn(person, { device: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 14) Safari/605' });
    const phone = await logIn(person, { device: 'Mozilla/5.0 (Linux; Android 16) Chrome/150.0 Mobile Safari/537' });
    const { status, body } = await sessions(phone.access);
    expect(status).toBe(200);
    const times = {
      createdAt: expect.any(String),
      lastSeenAt: expect.any(String),
      authenticatedAt: expect.any(String),
    };
    const common = {
      ...times,
      // Whatever this machine is to the gateway: seen from a container it is not the loopback address.
      address: expect.stringMatching(/^[\da-f.:]+$/),
      methods: ['pwd'],
      expiresAt: expect.any(String),
    };
    expect(body.items).toEqual([
      { id: phone.claims.sid, isCurrent: true, device: 'Chrome on Android', ...common },
      { id: laptop.claims.sid, isCurrent: false, device: 'Safari on macOS', ...common },
    ]);
  });

  it('ends one of them, and no service trusts its tokens any more; the others stay', async () => {
    const person = await newcomer();
    const [laptop, phone] = [await logIn(person), await logIn(person)];
    expect(await servicesAccepting(bus, phone.access)).toEqual(EVERYBODY);
    const { status } = await http('DELETE', `/v1/auth/sessions/${phone.claims.sid}`, { token: laptop.access });
    expect(status).toBe(204);
    expect(await untilAccepted(bus, [phone.access], false)).toBeLessThan(1_000);
    noTokens(await refresh(phone.refresh));
    expect(await servicesAccepting(bus, laptop.access)).toEqual(EVERYBODY);
    expect(ids(await sessions(laptop.access))).toEqual([laptop.claims.sid]);
  });

  it('cannot end, nor learn of, a session of another user', async () => {
    const [own, other] = [await logIn(await newcomer()), await logIn(await newcomer())];
    const ended = await http('DELETE', `/v1/auth/sessions/${other.claims.sid}`, { token: own.access });
    const unknown = await http('DELETE', '/v1/auth/sessions/018f2f2e-0000-7000-8000-000000000000', {
      token: own.access,
    });
    expect([ended.status, ended.body.code]).toEqual([404, 'session-not-found']);
    expect({ ...ended.body, decision: null }).toEqual({ ...unknown.body, decision: null });
    expect(await servicesAccepting(bus, other.access)).toEqual(EVERYBODY);
  });

  it('logs out of one, and of all', async () => {
    const person = await newcomer();
    const [one, two, three] = [await logIn(person), await logIn(person), await logIn(person)];
    expect((await http('POST', '/v1/auth/logout', { token: one.access })).status).toBe(204);
    expect(await untilAccepted(bus, [one.access], false)).toBeLessThan(1_000);
    expect(ids(await sessions(two.access))).toEqual([two.claims.sid, three.claims.sid].sort());

    expect((await http('POST', '/v1/auth/logout-all', { token: two.access })).status).toBe(204);
    expect(await untilAccepted(bus, [two.access, three.access], false)).toBeLessThan(1_000);
    for (const { refresh: token } of [one, two, three]) noTokens(await refresh(token));
    expect(await servicesAccepting(bus, (await logIn(person)).access)).toEqual(EVERYBODY);
  });

  it('changes the password with the current one alone, and is out everywhere else', async () => {
    const person = await newcomer();
    const [here, there] = [await logIn(person), await logIn(person)];
    const change = (body: object) => http('POST', '/v1/auth/password', { token: here.access, body });
    const newPassword = 'quarrel lantern moss';

    const wrong = await change({ currentPassword: 'not this one at all', newPassword });
    expect([wrong.status, wrong.body.code]).toEqual([401, 'invalid-credentials']);
    const weak = await change({ currentPassword: person.password, newPassword: 'password1234' });
    expect([weak.status, weak.body.code]).toEqual([422, 'weak-password']);
    expect((await change({ newPassword })).status).toBe(400);
    expect(await servicesAccepting(bus, there.access)).toEqual(EVERYBODY);

    expect((await change({ currentPassword: person.password, newPassword })).status).toBe(204);
    expect(await untilAccepted(bus, [there.access], false)).toBeLessThan(1_000);
    noTokens(await refresh(there.refresh));
    expect(await servicesAccepting(bus, here.access)).toEqual(EVERYBODY);
    expect((await refresh(here.refresh)).status).toBe(200);
    await expect(logIn(person)).rejects.toThrow('invalid-credentials');
    await logIn({ ...person, password: newPassword });
  });
});

describe('refreshing', () => {
  it('twenty times at once with one token works for every caller, and ends no session', async () => {
    const begun = await logIn(await newcomer());
    const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(begun.refresh)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(new Set(answers.map(({ body }) => String(body.refresh_token))).size).toBe(1);
    const [next] = answers.map(tokensFrom);
    if (!next) throw new Error('No answer');
    expect((await refresh(next.refresh)).status).toBe(200);
    expect(await servicesAccepting(bus, begun.access)).toEqual(EVERYBODY);
  });

  it('ends the session when a token was used a while ago, for its thief and for its owner', async () => {
    const begun = await logIn(await newcomer());
    const next = tokensFrom(await refresh(begun.refresh));
    await ageRefreshTokens(30, begun.claims.sid);
    noTokens(await refresh(begun.refresh));
    expect(await untilAccepted(bus, [begun.access, next.access], false)).toBeLessThan(1_000);
    noTokens(await refresh(next.refresh));
  });

  it('is never stored on the way, and never shows a token in an error', async () => {
    const begun = await logIn(await newcomer());
    const answer = await refresh(begun.refresh);
    expect(answer.headers['cache-control']).toBe('no-store');
    const refused = await refresh(`${begun.refresh.slice(0, -1)}!`);
    noTokens(refused);
    expect(refused.text).not.toContain(begun.refresh.slice(0, 20));
  });

  it('wants a refresh token, and an access token is none; a refresh token opens no door either', async () => {
    const begun = await logIn(await newcomer());
    const answer = await refresh(begun.access.slice(0, 256));
    noTokens(answer);
    expect((await refresh(begun.access)).status).toBe(400);
    noTokens(await http('POST', '/v1/auth/refresh', { body: {} }));
    expect((await http('GET', '/v1/auth/me', { token: begun.refresh })).status).toBe(401);
    expect(await servicesAccepting(bus, begun.refresh)).toEqual([]);
  });
});
