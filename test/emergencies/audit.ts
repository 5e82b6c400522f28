import type { NatsConnection } from '@nats-io/transport-node';

import { http } from '../stack/http.js';
import { natsAs } from '../stack/nats.js';
import { ageRefreshTokens, logIn, newcomer, refresh } from '../stack/people.js';
import type { Stack } from '../stack/stack.js';

/** Every kind of event that the auth service writes. A new kind belongs here, with what causes it below. */
const KINDS = [
  'user-registered',
  'login',
  'reauthenticated',
  'token-refreshed',
  'refresh-token-reused',
  'session-ended',
  'sessions-ended',
  'password-changed',
  'token-revoked',
  'all-tokens-revoked',
  'key-created',
  'key-rotated',
  'key-compromised',
  'user-roles-changed',
  'user-clearance-changed',
  'user-disabled',
  'user-enabled',
  'user-deleted',
  'role-created',
  'role-changed',
  'role-removed',
  'access-refused',
  'refusals-counted',
];

interface Event {
  readonly id: string;
  readonly type: string;
  readonly outcome: string;
  readonly actor: string | null;
  readonly subject: string | null;
  readonly session: string | null;
  readonly address: string | null;
  readonly service: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** The story of the trail that all of the other stories leave. */
export function describeAudit(of: () => { own: Stack; bus: NatsConnection; warden: () => Promise<string> }): void {
  const on = () => of().own.describe();

  /** The whole trail, page by page. */
  async function trail(token: string): Promise<Event[]> {
    const events: Event[] = [];
    for (let cursor = ''; ;) {
      const { body } = await http('GET', `/v1/audit/events?limit=100${cursor && `&cursor=${cursor}`}`, {
        token,
        on: on(),
      });
      events.push(...(body.items as Event[]));
      if (body.nextCursor === null) return events;
      cursor = String(body.nextCursor);
    }
  }

  /** What the stream holds under `events.auth.>`, and how often each. */
  async function stream(): Promise<Map<string, number>> {
    const connection = await natsAs('publisher', on());
    const { state } = (await connection.request('$JS.API.STREAM.INFO.events')).json<{
      state: { first_seq: number; last_seq: number };
    }>();
    const told = new Map<string, number>();
    for (let seq = state.first_seq; seq <= state.last_seq; seq++) {
      const answer = await connection.request('$JS.API.STREAM.MSG.GET.events', JSON.stringify({ seq }));
      const { message } = answer.json<{ message?: { subject: string; data: string } }>();
      if (!message?.subject.startsWith('events.auth.') || message.subject.endsWith('access-refused')) continue;
      const { id } = JSON.parse(Buffer.from(message.data, 'base64').toString()) as Event;
      told.set(id, (told.get(id) ?? 0) + 1);
    }
    await connection.close();
    return told;
  }

  describe('the audit trail', () => {
    it('holds every kind of event: who, to whom, in which session, from where, and how it ended', async () => {
      const { warden } = of();
      const person = await newcomer(on());
      const by = await warden();
      const order = (method: string, path: string, body?: object) =>
        http(method, path, { token: by, on: on(), headers: { 'if-match': '*' }, ...(body ? { body } : {}) });
      const [one, other] = [await logIn(person, { on: on() }), await logIn(person, { on: on() })];
      await http('POST', '/v1/auth/login', {
        body: { email: person.email, password: 'not this one at all' },
        on: on(),
      });
      await refresh(one.refresh, on());
      await ageRefreshTokens(30, one.claims.sid, on());
      await refresh(one.refresh, on());
      const guess = { password: 'not this one at all' };
      await http('POST', '/v1/auth/reauthenticate', { token: other.access, body: guess, on: on() });
      const change = { currentPassword: person.password, newPassword: 'lantern quarrel moss' };
      await http('POST', '/v1/auth/password', { token: other.access, body: change, on: on() });
      await http('GET', '/v1/users', { token: other.access, on: on() });
      await http('POST', '/v1/auth/logout', { token: other.access, on: on() });
      await order('POST', '/v1/tokens/revoke', { jti: one.claims.jti, reason: 'drill' });
      await order('POST', `/v1/users/${person.id}/revoke-tokens`, { reason: 'drill' });
      const role = { summary: 'Counts', permissions: ['treasury:accounts:read'] };
      await order('POST', '/v1/roles', { name: 'counter', ...role });
      await order('PUT', '/v1/roles/counter', { ...role, summary: 'Counts twice' });
      await order('PUT', `/v1/users/${person.id}/roles`, { roles: ['scribe'] });
      await order('PUT', `/v1/users/${person.id}/clearance`, { clearance: 'secret' });
      await order('POST', `/v1/users/${person.id}/disable`);
      await order('POST', `/v1/users/${person.id}/enable`);
      await order('DELETE', `/v1/users/${person.id}`);
      await order('DELETE', '/v1/roles/counter');

      // More refusals of one caller than are written one by one.
      for (let i = 0; i < 60; i += 1) await http('GET', '/v1/users', { on: on() });

      let events: Event[] = [];
      const missing = () => KINDS.filter((kind) => !events.some(({ type }) => type === kind));
      const deadline = Date.now() + 30_000;
      do events = await trail(await warden());
      while (missing().length > 0 && Date.now() < deadline);
      expect(missing()).toEqual([]);
      expect([...new Set(events.map(({ type }) => type))].filter((type) => !KINDS.includes(type))).toEqual([]);

      const aboutPerson = events.filter(({ subject }) => subject === person.id);
      const find = (type: string, outcome = 'success') =>
        aboutPerson.find((event) => event.type === type && event.outcome === outcome);
      const address = expect.stringMatching(/127\.0\.0\.1|::1/) as string;
      expect(find('login', 'failure')).toMatchObject({ actor: null, session: null, address });
      expect(find('reauthenticated', 'failure')).toMatchObject({
        actor: person.id,
        session: other.claims.sid,
        address,
      });
      expect(find('token-refreshed')).toMatchObject({ actor: person.id, session: one.claims.sid, address });
      expect(find('refresh-token-reused', 'failure')).toMatchObject({ actor: null, session: one.claims.sid, address });
      expect(find('session-ended')).toMatchObject({ actor: person.id, session: other.claims.sid, address });
      expect(find('user-disabled')).toMatchObject({ actor: expect.not.stringMatching(person.id), address });
      expect(find('access-refused', 'failure')).toMatchObject({
        service: 'auth',
        session: other.claims.sid,
        address,
      });
      const text = JSON.stringify(events);
      for (const secret of [one.access, one.refresh, person.password, 'not this one at all', 'lantern quarrel moss']) {
        expect(text).not.toContain(secret);
      }
    }, 60_000);

    it('is published on JetStream as well, each event once, even when the process is killed in between', async () => {
      const { own, warden } = of();
      const person = await newcomer(on());
      const token = (await logIn(person, { on: on() })).refresh;
      const refreshes = Promise.allSettled(Array.from({ length: 40 }, () => refresh(token, on())));
      await own.kill('auth');
      await refreshes;
      const deadline = Date.now() + 30_000;
      let by: string | undefined;
      while (!by && Date.now() < deadline) by = await warden().catch(() => undefined);
      const events = (await trail(by ?? '')).filter(
        ({ type }) => !['access-refused', 'refusals-counted'].includes(type),
      );
      let told = await stream();
      while (events.some(({ id }) => !told.has(id)) && Date.now() < deadline) told = await stream();
      expect(events.filter(({ id }) => told.get(id) !== 1)).toEqual([]);
      expect(events.length).toBeGreaterThan(20);
    }, 90_000);

    it('is for those who may read it', async () => {
      const { access } = await logIn(await newcomer(on()), { on: on() });
      const { status, body } = await http('GET', '/v1/audit/events', { token: access, on: on() });
      expect([status, body.code]).toEqual([403, 'missing-permission']);
    });
  });
}
