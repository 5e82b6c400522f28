import { readFileSync } from 'node:fs';
import path from 'node:path';

import { ALL_ROLES, type OperationId, OPERATIONS, type Role } from '@citadel/contracts';
import type { Operation, RequiredAccess } from '@citadel/protocol';
import type { NatsConnection } from '@nats-io/transport-node';

import { http } from './stack/http.js';
import { natsAs, request } from './stack/nats.js';
import { requestFor } from './stack/sample-requests.js';
import { startOwnStack, type Stack } from './stack/stack.js';

interface Row {
  readonly operation: OperationId;
  readonly requires: RequiredAccess;
  readonly anonymous: boolean;
  readonly roles: Readonly<Record<Role, boolean>>;
}

// Written by `npm run access-matrix`, in this form.
const matrix = JSON.parse(
  readFileSync(path.join(import.meta.dirname, '../docs/access-matrix.json'), 'utf8'),
) as readonly Row[];
const rows = matrix.map((row) => [row.operation, row] as const);

let own: Stack;
let bus: NatsConnection;
beforeAll(async () => {
  own = await startOwnStack();
  bus = await natsAs('gateway', own.describe());
}, 120_000);
afterAll(async () => {
  await bus?.close();
  await own?.discard();
}, 60_000);

interface Answer {
  readonly status: number;
  // The system under test decides what it is.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
}

type Door = (id: OperationId, token: string | undefined) => Promise<Answer>;

function operationOf(id: OperationId): Operation {
  const operation = OPERATIONS.find((one) => one.id === id);
  if (!operation) throw new Error(`There is no operation ${id}`);
  return operation;
}

const throughTheGateway: Door = async (id, token) => {
  const operation = operationOf(id);
  const { body, params } = requestFor(operation);
  const filled = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => params[name] ?? 'missing');
  return http(operation.method, filled, {
    on: own.describe(),
    headers: { 'if-match': '*' },
    ...(token === undefined ? {} : { token }),
    ...(body === undefined ? {} : { body }),
  });
};

const pastTheGateway: Door = async (id, token) => {
  const { body, params } = requestFor(operationOf(id));
  const { err, response } = await request(bus, id, { ...params, ...body }, token);
  return { status: Number(err?.status ?? 200), body: err ?? response };
};

const DENIALS = ['missing-permission', 'missing-role', 'insufficient-clearance'];

/** The gate, as opposed to what lies behind it: no token that is trusted, or no permission. */
const isTurnedAway = ({ status, body }: Answer) =>
  (status === 401 && body.code === 'unauthenticated') || (status === 403 && DENIALS.includes(String(body.code)));

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
async function findOut({ operation, requires }: Row, door: Door): Promise<Record<string, boolean>> {
  const isEnding = ENDING.includes(operation);
  const stranger = await door(operation, undefined);
  const found: Record<string, boolean> = { anonymous: !isTurnedAway(stranger) };
  // Whoever is not known is not told what would be needed.
  if (isTurnedAway(stranger)) expect(stranger.body).not.toHaveProperty('permission');
  for (const role of ALL_ROLES) {
    const answer = await door(operation, isEnding ? await freshToken(role) : await tokenOf(role));
    found[role] = !isTurnedAway(answer);
    // Let in means answered, if only that the thing is not there; a breakdown proves nothing.
    expect(answer.status).toBeLessThan(500);
    if (isTurnedAway(answer)) expect(requires.permissions).toContain(answer.body.permission);
  }
  if (isEnding) tokens = new Map();
  return found;
}

describe('the access matrix', () => {
  it('has every operation of the contracts, and nothing else', () => {
    expect(matrix.map(({ operation }) => operation).sort()).toEqual(OPERATIONS.map(({ id }) => id).sort());
  });

  it.each(rows)(
    '%s is open to exactly the roles that it names',
    async (_, row) => {
      expect(await findOut(row, throughTheGateway)).toEqual({ anonymous: row.anonymous, ...row.roles });
    },
    60_000,
  );

  it.each(rows)(
    '%s is open to no other role past the gateway',
    async (_, row) => {
      expect(await findOut(row, pastTheGateway)).toEqual({ anonymous: row.anonymous, ...row.roles });
    },
    60_000,
  );
});
