import { randomUUID } from 'node:crypto';

import { archives, auth, type Operation, treasury } from '@citadel/contracts';

export const OPERATIONS: Readonly<Record<string, Operation>> = {
  ...prefixed('auth', auth),
  ...prefixed('treasury', treasury),
  ...prefixed('archives', archives),
};
export type OperationId =
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
export const REQUESTS: Readonly<
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
