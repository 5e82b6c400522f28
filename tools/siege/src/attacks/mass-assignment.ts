import { randomUUID } from 'node:crypto';
import { OPERATIONS } from '@citadel/contracts';
import type { Operation } from '@citadel/protocol';

import { type Answer, describe } from '../answer.js';
import type { Attack, Family, Try } from '../attack.js';
import type { Battlefield } from '../battlefield.js';
import { pathOf } from './operations.js';

/** What somebody would like to have, each under a name that is a field somewhere in the databases or the tokens. */
const WISHES: Readonly<Record<string, unknown>> = {
  roles: ['sovereign'],
  permissions: ['*'],
  clearance: 'sealed',
  effectivePermissions: ['*'],
  isBuiltIn: true,
  isDisabled: false,
  emailVerified: true,
  ownerId: randomUUID(),
  createdBy: randomUUID(),
  balance: 1_000_000,
  kind: 'vault',
  generation: 1_000_000,
  user: { roles: ['sovereign'] },
};

const paramsOf = ({ params = {} }: Operation) =>
  Object.fromEntries(Object.keys(params).map((name) => [name, name === 'id' ? randomUUID() : 'some-name']));

/** As the sovereign: permission is not to be what refuses. */
const tokenFor = async ({ public: isPublic }: Operation, { official }: Battlefield) =>
  isPublic ? {} : { token: (await official('sovereign')).accessToken };

/** Held if every wish that the operation does not know is refused by its name. */
function refusedByName(at: string, operation: Operation, answer: Answer): Try {
  const { errors = [] } = (answer.body ?? {}) as { errors?: readonly { path: string; message: string }[] };
  const { params = {}, query = {}, body = {} } = operation;
  const unknown = Object.keys(WISHES).filter((name) => ![params, query, body].some((part) => name in part));
  const named = errors.filter(({ message }) => message === 'is not known here').map(({ path }) => path.slice(1));
  const held = answer.code === 'invalid-request' && unknown.every((name) => named.includes(name));
  return { at, answer: describe(answer), held };
}

const overHttp: Attack = {
  title: 'Fields that were not asked for, in every body',
  why: 'an ORM stores whatever object it is handed, and {"roles":["sovereign"]} is a column like any other',
  holds: 'strict contracts: a field that is not named in one is refused by name, before any service hears of it',
  run: async (field) =>
    Promise.all(
      OPERATIONS.filter(({ method }) => method !== 'GET').map(async (operation) => {
        const call = { ...(await tokenFor(operation, field)), headers: { 'if-match': '*' }, body: WISHES };
        const answer = await field.http(operation.method, pathOf(operation, paramsOf(operation)), call);
        return refusedByName(operation.id, operation, answer);
      }),
    ),
};

const inQuery: Attack = {
  title: 'The same in every query',
  why: 'frameworks that merge query and body let one stand for the other',
  holds: 'the same contracts: path, query and body are checked apart',
  run: async (field) =>
    Promise.all(
      OPERATIONS.map(async (operation) => {
        const { query = {}, body = {} } = operation;
        const names = Object.keys(WISHES).filter((name) => !(name in query) && !(name in body));
        const search = new URLSearchParams(Object.fromEntries(names.map((name) => [name, 'sovereign']))).toString();
        const path = `${pathOf(operation, paramsOf(operation))}?${search}`;
        const call = { ...(await tokenFor(operation, field)), headers: { 'if-match': '*' } };
        return refusedByName(operation.id, operation, await field.http(operation.method, path, call));
      }),
    ),
};

const overBus: Attack = {
  title: 'The same in every message, past the gateway',
  why: 'where only the gateway validates, whoever reaches the bus writes what they like',
  holds: 'each service, which validates by the contract again',
  run: async (field) =>
    Promise.all(
      // An operation without fields does not read its message at all.
      OPERATIONS.filter(({ message }) => Object.keys(message.shape).length > 0).map(async (operation) => {
        const answer = await field.ask(operation.subject, WISHES, await tokenFor(operation, field));
        return refusedByName(operation.subject, operation, answer);
      }),
    ),
};

const POLLUTIONS = [
  '{"email":"a@citadel.test","password":"x","__proto__":{"roles":["sovereign"]}}',
  '{"email":"a@citadel.test","password":"x","constructor":{"prototype":{"roles":["sovereign"]}}}',
  '{"email":{"$ne":null},"password":{"$ne":null}}',
  '{"email":["sovereign@citadel.test"],"password":["x"]}',
];

const pollution: Attack = {
  title: 'Prototypes and operators instead of values',
  why: 'a parser that assigns __proto__ changes every object, and {"$ne": null} is a query to some databases',
  holds: 'a parser that refuses both, and schemas in which a text is a text',
  run: async ({ http }) =>
    Promise.all(
      ['/v1/auth/login', '/v1/auth/register'].flatMap((path) =>
        POLLUTIONS.map(async (raw): Promise<Try> => {
          const answer = await http('POST', path, { raw });
          const held = ['invalid-request', 'malformed-json'].includes(answer.code);
          return { at: `${path} ${raw.slice(0, 60)}`, answer: describe(answer), held };
        }),
      ),
    ),
};

export const massAssignment: Family = {
  name: 'mass-assignment',
  title: 'roles, permissions and owners that nobody asked for',
  attacks: [overHttp, inQuery, overBus, pollution],
};
