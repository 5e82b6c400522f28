import { randomUUID } from 'node:crypto';

import type { Principal } from '../principal.js';

/**
 * A caller for tests of what lies behind the guards: somebody with no role, no permission and the lowest clearance,
 * unless `members` says otherwise.
 *
 * @example const auditor = testPrincipal({ permissions: ['treasury:accounts:read-any'] });
 */
export function testPrincipal(members: Partial<Principal> = {}): Principal {
  return {
    id: randomUUID(),
    issuer: 'https://issuer.test',
    sessionId: randomUUID(),
    tokenId: randomUUID(),
    clientId: 'test',
    roles: [],
    permissions: [],
    clearance: 'public',
    authenticatedAt: new Date(),
    authenticationMethods: ['pwd'],
    expiresAt: new Date(Date.now() + 300_000),
    generation: { all: 0, subject: 0 },
    claims: {},
    ...members,
  };
}
