import { randomUUID } from 'node:crypto';

import { CONTRACT_NAMES, SERVICE_NAMES } from '@citadel/contracts';

import { describe, isSuccess, refusedAs } from '../answer.js';
import type { Attack, Family, Try } from '../attack.js';

const listening: Attack = {
  title: 'A second listener on somebody’s subjects',
  why: 'on an open bus whoever joins the queue group gets every other request, tokens and all',
  holds: 'one NKey for each process, with permissions: a service hears its own subjects and its own replies',
  async run({ mayHear }) {
    const tries: Try[] = [];
    for (const spy of SERVICE_NAMES) {
      for (const owner of CONTRACT_NAMES.filter((service) => service !== spy)) {
        for (const [subject, queue] of [
          [`${owner}.>`, undefined],
          [`${owner}.*`, owner],
          [`_INBOX.${owner}.>`, undefined],
        ] as const) {
          const heard = await mayHear(spy, subject, queue);
          tries.push({ at: `${spy} hears ${subject}`, answer: heard ? 'permitted' : 'not permitted', held: !heard });
        }
      }
    }
    return tries;
  },
};

const neighbours: Attack = {
  title: 'A subject beside the one that is guarded',
  why: 'a handler on a wildcard, in another case or of a forgotten version answers without the guard',
  holds: 'the start-up audit: every handler has a rule, every subject one handler, and nothing else listens',
  async run({ ask, victim: { accessToken: token } }) {
    const subjects = [
      'auth.listusers',
      'AUTH.listUsers',
      'auth.listUsers.v1',
      'auth.v1.listUsers',
      'auth.admin.listUsers',
      'auth.internal',
      'auth.debug',
      'treasury.openAccount.admin',
      'treasury.accounts.findAll',
      'archives.readDocument.raw',
    ];
    return Promise.all(
      subjects.map(async (subject): Promise<Try> => {
        const answer = await ask(subject, {}, { token });
        const held = ['nobody-listens', 'not-permitted'].includes(answer.code);
        return { at: subject, answer: describe(answer), held };
      }),
    );
  },
};

const otherPattern: Attack = {
  title: 'Another pattern in the packet than the subject’s',
  why: 'a transport that looks the handler up by the packet runs one that the subject’s guard never saw',
  holds: 'a transport that looks at the subject alone',
  async run({ send }) {
    const packet = (pattern: unknown) => JSON.stringify({ pattern, data: {}, id: '1' });
    const patterns = ['auth.jwks', 'auth.metadata', { cmd: 'listUsers' }, ['auth.jwks'], '*', null];
    return Promise.all(
      patterns.map(async (pattern) =>
        refusedAs('unauthenticated')(JSON.stringify(pattern), await send('auth.listUsers', packet(pattern))),
      ),
    );
  },
};

const unanswered: Attack = {
  title: 'A request that asks for no answer',
  why: 'emit() runs the handler too, and a refusal of it is heard by nobody',
  holds: 'a transport that refuses what has no reply subject, before any handler',
  async run({ send, http, attacker: { accessToken: token } }) {
    const name = `silent-${randomUUID()}`;
    const packet = JSON.stringify({ pattern: 'treasury.openAccount', data: { name, currency: 'EUR' } });
    await send('treasury.openAccount', packet, { token, withoutReply: true });
    // Another request on the same connection: by then the first has been dealt with.
    await send('treasury.listAccounts', JSON.stringify({ data: {}, id: '1' }), { token });
    const accounts = await http('GET', '/v1/treasury/accounts?limit=100', { token });
    const hasRun = JSON.stringify(accounts.body).includes(name);
    return [
      {
        at: 'treasury.openAccount',
        answer: hasRun ? 'it ran' : 'it did not run',
        held: !hasRun && isSuccess(accounts),
      },
    ];
  },
};

const PATHS = [
  '/v1/users/',
  '//v1/users',
  '/v1//users',
  '/V1/USERS',
  '/v1/%75sers',
  '/v1/users%00',
  '/v1/users%2f',
  '/v1/users;x=1',
  '/v1/users.json',
  '/v1/./users',
  '/v1/auth/login/../../users',
  '/v1/auth/login/..;/../users',
  '/v2/users',
  '/users',
  '/internal/users',
  '/v1/users?_method=POST',
];

const paths: Attack = {
  title: 'Another spelling of a guarded address',
  why: 'a proxy that guards /users by its text lets /Users, //users or /%75sers pass to a router that finds them',
  holds: 'guards that belong to the handler, not to the text of an address',
  async run({ http }) {
    const methods = ['GET', 'HEAD', 'OPTIONS', 'PATCH'];
    const spelled = PATHS.map(async (path) => [path, await http('GET', path)] as const);
    const other = methods.map(async (method) => [`${method} /v1/users`, await http(method, '/v1/users')] as const);
    const overridden = ['x-http-method-override', 'x-http-method', 'x-method-override'].map(
      async (name) => [name, await http('POST', '/v1/users', { headers: { [name]: 'GET' } })] as const,
    );
    return (await Promise.all([...spelled, ...other, ...overridden])).map(([at, answer]) => ({
      at,
      answer: describe(answer),
      held: answer.status >= 400 && answer.status < 500,
    }));
  },
};

export const shadowedSubjects: Family = {
  name: 'shadowed-subjects',
  title: 'doors beside the guarded door',
  attacks: [listening, neighbours, otherPattern, unanswered, paths],
};
