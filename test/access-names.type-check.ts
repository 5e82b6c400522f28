import { holds, type Principal, RequirePermissions, Roles } from '@citadel/auth';

import '@citadel/contracts';

// Each line under an expected error would compile if a name that does not exist could be declared.

Roles('treasurer', 'auditor');
RequirePermissions('treasury:accounts:open', 'archives:documents:file');

// @ts-expect-error -- there is no such role
Roles('emperor');
// @ts-expect-error -- one of them is a role, the other is not
Roles('treasurer', 'Treasurer');
// @ts-expect-error -- there is no such permission
RequirePermissions('treasury:accounts:close');
// @ts-expect-error -- a wildcard can be held and not asked for
RequirePermissions('treasury:*');
// @ts-expect-error -- a role is no permission
RequirePermissions('treasurer');
// @ts-expect-error -- nothing asked for would let everybody in
RequirePermissions();
// @ts-expect-error -- nobody is in no role
Roles();
// @ts-expect-error -- a text that is only known when it runs
Roles(String(Math.random()));

export const decisions = (principal: Principal): boolean[] => [
  holds(principal, 'treasury:accounts:read-any'),
  // @ts-expect-error -- there is no such permission
  holds(principal, 'treasury:accounts:read-all'),
];
