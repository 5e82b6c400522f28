import { OPERATIONS } from '@citadel/contracts';
import type { Operation, ProblemBody } from '@citadel/protocol';
import type { NatsConnection } from '@nats-io/transport-node';

import { http, tokenOf } from './stack/http.js';
import { natsAs, request } from './stack/nats.js';

/** What somebody would like to have, each under a name that is a field somewhere in the databases or the tokens. */
const WISHES = {
  roles: ['sovereign'],
  permissions: ['*'],
  clearance: 'sealed',
  isBuiltIn: true,
  isDisabled: false,
  ownerId: crypto.randomUUID(),
  createdBy: crypto.randomUUID(),
  balance: 1_000_000,
  generation: 1_000_000,
  user: { roles: ['sovereign'] },
  sub: crypto.randomUUID(),
};

const wishesOf = ({ params = {}, query = {}, body = {} }: Operation) =>
  Object.keys(WISHES).filter((name) => ![params, query, body].some((part) => name in part));

const pathOf = ({ path }: Operation) =>
  path.replace(/\{(\w+)\}/g, (_, name) => (name === 'id' ? crypto.randomUUID() : 'x'.repeat(8)));

let bus: NatsConnection;
beforeAll(async () => {
  bus = await natsAs('gateway');
});
afterAll(() => bus?.close());

const named = (operations: readonly Operation[]) => operations.map((operation) => [operation.id, operation] as const);

const call = async (operation: Operation, query: string, body?: unknown) =>
  http(operation.method, `${pathOf(operation)}${query}`, {
    ...(operation.public ? {} : { token: await tokenOf('sovereign') }),
    headers: { 'if-match': '*' },
    body,
  });

// What comes with a GET is no body: nobody reads it.
describe.each(named(OPERATIONS.filter(({ method }) => method !== 'GET')))('%s', (_, operation) => {
  it('takes no field in its body that its contract does not name, and says which', async () => {
    const { status, body } = await call(operation, '', WISHES);
    expect([status, body.code]).toEqual([400, 'invalid-request']);
    expect(unknownIn(body)).toEqual(expect.arrayContaining(wishesOf(operation)));
  });
});

describe.each(named(OPERATIONS))('%s', (_, operation) => {
  it('takes none in its query', async () => {
    const query = new URLSearchParams(wishesOf(operation).map((name) => [name, 'sovereign']));
    const { status, body } = await call(operation, `?${query.toString()}`);
    expect([status, body.code]).toEqual([400, 'invalid-request']);
    expect(unknownIn(body)).toEqual(expect.arrayContaining(wishesOf(operation)));
  });
});

// An operation without fields does not read its message at all.
const WITH_FIELDS = OPERATIONS.filter(({ message }) => Object.keys(message.shape).length > 0);

describe.each(named(WITH_FIELDS))('%s', (_, operation) => {
  it('takes none in a message past the gateway', async () => {
    const token = operation.public ? undefined : await tokenOf('sovereign');
    const { err } = await request(bus, operation.subject, WISHES, token);
    expect(err).toMatchObject({ status: 400, code: 'invalid-request' });
    expect(unknownIn(err)).toEqual(expect.arrayContaining(wishesOf(operation)));
  });
});

function unknownIn(problem: unknown): string[] {
  // A problem of the catalogue: its code has been looked at before.
  const { errors = [] } = problem as ProblemBody;
  const unknown = errors.filter(({ message }) => message === 'is not known here');
  return unknown.map(({ path }) => path.slice(1));
}
