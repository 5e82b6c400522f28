import { readFileSync } from 'node:fs';
import path from 'node:path';

import { CONTRACT_NAMES } from '@citadel/contracts';
import { connectionOf } from '@citadel/platform/database';
import type { NatsConnection } from '@nats-io/transport-node';
import { Client } from 'pg';

import { http, type Answer } from '../stack/http.js';
import { logIn, newcomer, untilAccepted } from '../stack/people.js';
import type { Stack } from '../stack/stack.js';

const OTHERS = CONTRACT_NAMES.filter((name) => name !== 'auth');

/** Runs SQL as PostgreSQL's superuser: its password is the stack's own secret. */
async function asAdministrator(own: Stack, ...statements: readonly string[]): Promise<void> {
  const { databases, ca } = own.describe();
  const url = new URL(databases.auth);
  url.username = 'citadel_admin';
  url.password = readFileSync(path.join(path.dirname(ca), 'databases/admin.password'), 'utf8').trim();
  url.pathname = '/postgres';
  const client = new Client(connectionOf(url.href, readFileSync(ca, 'utf8')));
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}

/** Stories of services that are on their own: the auth service and its database are away. */
export function describeIsolation(of: () => { own: Stack; bus: NatsConnection; warden: () => Promise<string> }): void {
  const ask = (token: string): Promise<Answer[]> =>
    Promise.all(
      ['/v1/treasury/accounts', '/v1/archives/documents'].map((route) =>
        http('GET', route, { token, on: of().own.describe() }),
      ),
    );
  const outcomes = async (token: string) => (await ask(token)).map(({ status, body }): unknown => [status, body.code]);
  const SERVED = [
    [200, undefined],
    [200, undefined],
  ];
  const REFUSED = [
    [401, 'unauthenticated'],
    [401, 'unauthenticated'],
  ];

  describe('treasury and archives, while the auth service and its database are stopped', () => {
    let good: string;
    let revoked: string;
    beforeAll(async () => {
      const { own, bus, warden } = of();
      const on = own.describe();
      const [one, other] = [await logIn(await newcomer(on), { on }), await logIn(await newcomer(on), { on })];
      [good, revoked] = [one.access, other.access];
      await http('POST', '/v1/tokens/revoke', { token: await warden(), body: { sid: other.claims.sid }, on });
      await untilAccepted(bus, [revoked], false);
      await own.stopService('auth');
      await asAdministrator(own, 'ALTER DATABASE citadel_auth ALLOW_CONNECTIONS false');
    }, 60_000);
    afterAll(async () => {
      const { own } = of();
      await asAdministrator(own, 'ALTER DATABASE citadel_auth ALLOW_CONNECTIONS true');
      await own.startService('auth');
    }, 60_000);

    it('go on serving tokens that are good, and refusing those that were revoked', async () => {
      expect(await outcomes(good)).toEqual(SERVED);
      expect(await outcomes(revoked)).toEqual(REFUSED);
      const login = await http('POST', '/v1/auth/login', {
        body: { email: 'a@b.test', password: 'x' },
        on: of().own.describe(),
      });
      expect([login.status, login.body.code]).toEqual([503, 'service-unavailable']);
    });

    it('still do so after they themselves were started again', async () => {
      const { own, bus } = of();
      for (const service of [...OTHERS, 'gateway'] as const) {
        await own.stopService(service);
        await own.startService(service);
      }
      await untilAccepted(bus, [good], true, OTHERS);
      expect(await outcomes(good)).toEqual(SERVED);
      expect(await outcomes(revoked)).toEqual(REFUSED);
    }, 60_000);

    it('still tell good tokens from revoked ones when no database is left at all', async () => {
      const { own } = of();
      await own.stopServer('postgres');
      try {
        for (const { status, body } of await ask(good))
          expect([status, body.code]).toEqual([503, 'service-unavailable']);
        expect(await outcomes(revoked)).toEqual(REFUSED);
      } finally {
        await own.startServer('postgres');
      }
      const deadline = Date.now() + 20_000;
      while ((await ask(good)).some(({ status }) => status !== 200)) expect(Date.now()).toBeLessThan(deadline);
    }, 60_000);
  });
}
