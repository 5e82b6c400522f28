import { randomUUID } from 'node:crypto';
import { ACCESS_TABLE, permissionsOf } from '@citadel/contracts';
import { covers } from '@citadel/protocol';

import { isSuccess, refusedAs, withoutYield } from '../answer.js';
import type { Attack, Family } from '../attack.js';
import { GUARDED } from './operations.js';

const IDENTITY = { id: randomUUID(), sub: randomUUID(), roles: ['sovereign'], permissions: ['*'], clearance: 'sealed' };

/** Every place of a payload in which some framework keeps who is calling. */
const smuggled = (token: string) => ({
  user: IDENTITY,
  principal: IDENTITY,
  authInfo: IDENTITY,
  session: IDENTITY,
  auth: IDENTITY,
  authorization: `Bearer ${token}`,
  token,
  headers: { authorization: `Bearer ${token}`, user: IDENTITY },
});

/** Headers by which gateways and proxies tell the services behind them who is calling. */
const TOLD = {
  'x-user-id': IDENTITY.id,
  'x-user': JSON.stringify(IDENTITY),
  'x-roles': 'sovereign',
  'x-permissions': '*',
  'x-authenticated-user': 'sovereign@citadel.test',
  'x-forwarded-user': 'sovereign@citadel.test',
  'x-remote-user': 'sovereign@citadel.test',
  'x-original-url': '/v1/auth/login',
  'x-rewrite-url': '/v1/auth/login',
  'x-internal': 'true',
  'x-service': 'gateway',
  user: JSON.stringify(IDENTITY),
};

const mayNotBeCalledByCitizens = GUARDED.filter(({ id }) =>
  ACCESS_TABLE[id]?.permissions?.some((permission) => !covers(permissionsOf(['citizen']), permission)),
);

const unauthenticated = refusedAs('unauthenticated');
const unauthorised = refusedAs('missing-permission');

const inPayload: Attack = {
  title: 'An identity in the payload of a message',
  why: 'over NATS, Nest hands the payload to getRequest(), and a guard that reads request.user there trusts it',
  holds: 'a principal that lives in a WeakMap keyed by the call, and is put there by the verifier alone',
  run: async ({ ask, victim }) =>
    Promise.all(
      GUARDED.map(async ({ subject }) => unauthenticated(subject, await ask(subject, smuggled(victim.accessToken)))),
    ),
};

const besideToken: Attack = {
  title: 'An identity in the payload, beside a citizen’s good token',
  why: 'passport writes the user into the object that it is given, and what stood there before may win',
  holds: 'the same: roles and permissions are those of the token',
  run: async ({ ask, attacker: { accessToken: token } }) =>
    Promise.all(
      mayNotBeCalledByCitizens.map(async ({ subject }) =>
        unauthorised(subject, await ask(subject, smuggled(token), { token })),
      ),
    ),
};

const inHeaders: Attack = {
  title: 'An identity in headers that gateways use among themselves',
  why: 'services that trust the network take x-user-id for what a gateway has verified',
  holds: 'services that verify the caller’s own token, and read no other header about who is calling',
  async run({ http, ask, attacker: { accessToken: token } }) {
    const each = Object.entries(TOLD).map(([name, value]) => ({ name, headers: { [name]: value } }));
    const tries = each.map(async ({ name, headers }) => [
      unauthenticated(`HTTP ${name}`, await http('GET', '/v1/users', { headers })),
      unauthorised(`HTTP ${name}, as a citizen`, await http('GET', '/v1/users', { headers, token })),
      unauthenticated(`NATS ${name}`, await ask('auth.listUsers', {}, { headers })),
      unauthorised(`NATS ${name}, as a citizen`, await ask('auth.listUsers', {}, { headers, token })),
    ]);
    return (await Promise.all(tries)).flat();
  },
};

const twice: Attack = {
  title: 'Two credentials in one call',
  why: 'one component checks the first of them and another uses the second',
  holds: 'a rule: two credentials are none, and a Bearer token that is not good is not made up for by a cookie',
  async run({ http, ask, attacker, official }) {
    const { accessToken } = await official('sovereign');
    const both = [`Bearer ${attacker.accessToken}`, `Bearer ${accessToken}`];
    const cookie = `__Host-citadel-access=${accessToken}`;
    const bad = { authorization: 'Bearer not.a.token', cookie };
    const twoCookies = { cookie: `__Host-citadel-access=${attacker.accessToken}; ${cookie}` };
    return [
      unauthenticated('NATS, two headers', await ask('auth.listUsers', {}, { headers: { authorization: both } })),
      unauthenticated(
        'NATS, one header with two',
        await ask('auth.listUsers', {}, { headers: { authorization: both.join(', ') } }),
      ),
      // Node shows a server the first of them alone.
      unauthenticated('HTTP, two headers', await http('GET', '/v1/users', { headers: { authorization: both } })),
      unauthenticated(
        'HTTP, two headers, the better one first',
        await http('GET', '/v1/users', { headers: { authorization: both.toReversed() } }),
      ),
      unauthenticated('HTTP, a bad token and a cookie', await http('GET', '/v1/users', { headers: bad })),
      unauthenticated('HTTP, two cookies of one name', await http('GET', '/v1/users', { headers: twoCookies })),
    ];
  },
};

const ADDRESS = '203.0.113.66';

const forgedAddress: Attack = {
  title: 'An address of one’s own choosing',
  why: 'limits on guessing, and the audit trail, are only as true as the address that they count by',
  holds: 'the address of the socket; X-Forwarded-For is read from proxies that the configuration names, and no others',
  async run({ http, recruit }) {
    const { email, password } = await recruit();
    const names = [
      'x-forwarded-for',
      'forwarded',
      'x-real-ip',
      'true-client-ip',
      'cf-connecting-ip',
      'citadel-client-address',
    ];
    const headers = Object.fromEntries(names.map((name) => [name, name === 'forwarded' ? `for=${ADDRESS}` : ADDRESS]));
    const login = await http('POST', '/v1/auth/login', { headers, body: { email, password } });
    const { access_token: token } = login.body as { access_token?: string };
    const sessions = await http('GET', '/v1/auth/sessions', { token, headers });
    return [withoutYield(names.join(', '), sessions, JSON.stringify(sessions.body).includes(ADDRESS))].map((one) => ({
      ...one,
      held: one.held && isSuccess(sessions),
    }));
  },
};

export const smuggling: Family = {
  name: 'smuggling',
  title: 'identities that nobody has proved',
  attacks: [inPayload, besideToken, inHeaders, twice, forgedAddress],
};
