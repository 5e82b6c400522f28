import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ALL_ROLES, archives, auth, type Operation, type Role, treasury } from '@citadel/contracts';

import { type Answer, http } from './stack/http.js';
import { startOwnStack, type Stack } from './stack/stack.js';

interface Row {
  readonly operation: string;
  readonly anonymous: boolean;
  readonly roles: Readonly<Record<Role, boolean>>;
}

const OPERATIONS = { ...prefixed('auth', auth), ...prefixed('treasury', treasury), ...prefixed('archives', archives) };
type OperationId =
  `auth.${keyof typeof auth}` | `treasury.${keyof typeof treasury}` | `archives.${keyof typeof archives}`;

function prefixed(service: string, contract: Readonly<Record<string, Operation>>): Record<string, Operation> {
  return Object.fromEntries(Object.entries(contract).map(([name, operation]) => [`${service}.${name}`, operation]));
}

const reason = { reason: 'the matrix' };
const nobody = '00000000-0000-4000-8000-000000000000';

/**
 * A request for every operation that gets past validation, so that what answers is the access rule or what lies behind
 * it. An operation without a line does not compile: none is exempt.
 */
const REQUESTS: Readonly<
  Record<OperationId, { readonly body?: object; readonly params?: Readonly<Record<string, string>> }>
> = {
  'auth.register': { body: { email: 'x@citadel.test', password: 'password1234' } },
  'auth.login': { body: { email: `${randomUUID()}@citadel.test`, password: 'x' } },
  'auth.refresh': { body: { refresh_token: 'x' } },
  'auth.logout': {},
  'auth.logoutAll': {},
  'auth.changePassword': { body: { currentPassword: 'x', newPassword: 'x' } },
  'auth.me': {},
  'auth.listSessions': {},
  'auth.endSession': { params: { id: nobody } },
  'auth.revoke': { body: { token: 'x' } },
  'auth.introspect': { body: { token: 'x' } },
  'auth.revokeUserTokens': { params: { id: nobody }, body: reason },
  'auth.revokeToken': { body: { jti: nobody } },
  'auth.revokeAllTokens': { body: reason },
  'auth.listKeys': {},
  'auth.rotateKeys': {},
  'auth.compromiseKey': { params: { kid: 'no-such-key' }, body: reason },
  'auth.jwks': {},
  'auth.metadata': {},
  'auth.reauthenticate': { body: { password: 'x' } },
  'auth.listRoles': {},
  'auth.createRole': { body: { name: 'matrix-role', summary: 'x', permissions: ['no:such:permission'] } },
  'auth.changeRole': { params: { name: 'no-such-role' }, body: { summary: 'x', permissions: [] } },
  'auth.removeRole': { params: { name: 'no-such-role' } },
  'auth.listUsers': {},
  'auth.findUser': { params: { id: nobody } },
  'auth.setUserRoles': { params: { id: nobody }, body: { roles: [] } },
  'auth.setUserClearance': { params: { id: nobody }, body: { clearance: 'public' } },
  'auth.disableUser': { params: { id: nobody } },
  'auth.enableUser': { params: { id: nobody } },
  'auth.explainAccess': { body: { decision: nobody } },
  'auth.listEvents': {},
  'treasury.openAccount': { body: { name: 'Matrix', currency: 'EUR' } },
  'treasury.listAccounts': {},
  'treasury.findAccount': { params: { id: nobody } },
  'treasury.transfer': { body: { from: nobody, to: randomUUID(), amount: 1 } },
  'archives.fileDocument': { body: { title: 'Matrix', body: 'x', clearance: 'public' } },
  'archives.listDocuments': {},
  'archives.readDocument': { params: { id: nobody } },
};

const matrix = JSON.parse(
  readFileSync(path.join(import.meta.dirname, '../docs/access-matrix.json'), 'utf8'),
) as readonly Row[];

let own: Stack;
beforeAll(async () => (own = await startOwnStack()), 120_000);
afterAll(() => own.discard(), 60_000);

/** The gate, as opposed to what lies behind it: no token that is believed, or no permission. */
const isTurnedAway = ({ status, body }: Answer) =>
  (status === 401 && body.code === 'unauthenticated') ||
  (status === 403 && ['missing-permission', 'missing-role', 'insufficient-clearance'].includes(String(body.code)));

async function attempt(id: string, token: string | undefined): Promise<Answer> {
  const { method, path: template } = OPERATIONS[id] ?? {};
  const { body, params = {} } = REQUESTS[id as OperationId];
  const filled = (template ?? '').replace(/\{(\w+)\}/g, (_, name: string) => params[name] ?? 'missing');
  return http(method ?? '', filled, {
    on: own.describe(),
    headers: { 'if-match': '*' },
    ...(token === undefined ? {} : { token }),
    ...(body === undefined ? {} : { body }),
  });
}

/** After these a role's token is good no more, or nobody's is. */
const ENDING: readonly OperationId[] = ['auth.logout', 'auth.logoutAll', 'auth.revokeAllTokens'];

let tokens = new Map<Role, string>();

async function tokenOf(role: Role): Promise<string> {
  const known = tokens.get(role) ?? (await freshToken(role));
  tokens.set(role, known);
  return known;
}

async function freshToken(role: Role): Promise<string> {
  const user = own.describe().users.find(({ roles }) => roles.includes(role));
  const credentials = { email: user?.email, password: user?.password };
  const answer = await http('POST', '/v1/auth/login', { on: own.describe(), body: credentials });
  if (answer.status !== 200) throw new Error(`${role} cannot log in: ${answer.text}`);
  return String(answer.body.access_token);
}

/** Who gets past the gate: one after the other, with tokens of their own, where one attempt ends what another needs. */
async function findOut(id: string): Promise<Record<string, boolean>> {
  const isEnding = ENDING.some((one) => one === id);
  const found: Record<string, boolean> = { anonymous: !isTurnedAway(await attempt(id, undefined)) };
  for (const role of ALL_ROLES) {
    found[role] = !isTurnedAway(await attempt(id, isEnding ? await freshToken(role) : await tokenOf(role)));
  }
  if (isEnding) tokens = new Map();
  return found;
}

describe('the access matrix', () => {
  it('has every operation of the contracts, and nothing else', () => {
    expect(matrix.map(({ operation }) => operation).sort()).toEqual(Object.keys(OPERATIONS).sort());
    expect(Object.keys(REQUESTS).sort()).toEqual(Object.keys(OPERATIONS).sort());
  });

  it.each(matrix.map((row) => [row.operation, row] as const))(
    '%s is open to exactly those whom it names',
    async (id, row) => {
      expect(await findOut(id)).toEqual({ anonymous: row.anonymous, ...row.roles });
    },
    60_000,
  );
});
