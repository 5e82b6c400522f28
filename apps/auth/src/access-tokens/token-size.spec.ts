import { localIssuer } from '@citadel/auth/testing';
import { ALL_ROLES, expand, permissionsOf } from '@citadel/contracts';

const issuer = localIssuer();

describe('access tokens', () => {
  it('stay under 1 KB for every built-in role', () => {
    for (const role of ALL_ROLES) {
      const claims = { roles: expand([role]), permissions: permissionsOf([role]), clearance: 'restricted' };
      expect(issuer.tokenFor(['gateway', 'auth', 'treasury', 'archives'], claims).length).toBeLessThan(1024);
    }
  });
});
