import type { Break } from '../break.js';

export const breaks: readonly Break[] = [
  {
    rule: 'A citizen sees their own accounts alone',
    file: 'apps/treasury/src/accounts/account-policy.ts',
    find: 'seesAll(user) || ownerId === user.id',
    replace: 'true || ownerId === user.id',
    spec: 'apps/treasury/src/accounts/accounts.service.spec.ts',
    test: 'is refused to others as if it were not there: %s',
  },
  {
    rule: 'A citizen is listed their own accounts alone',
    file: 'apps/treasury/src/accounts/account-policy.ts',
    find: 'seesAll(user) ? {} : { ownerId: user.id }',
    replace: '{}',
    spec: 'apps/treasury/src/accounts/accounts.service.spec.ts',
    test: 'shows a user their own accounts, newest first, and no others',
  },
  {
    rule: 'A clearance that does not exist is seen by nobody',
    file: 'libs/protocol/src/clearance.ts',
    find: 'needed >= 0 && ',
    replace: '',
    spec: 'libs/protocol/src/clearance.spec.ts',
    test: 'refuses a level that does not exist, whether it is held or asked for',
  },
  {
    rule: 'A service does not start while a handler has no access rule',
    file: 'libs/auth/src/access/access-audit.ts',
    find: '.filter(({ rules }) => rules.length === 0)',
    replace: '.filter(() => false)',
    spec: 'libs/auth/src/access/access-audit.spec.ts',
    test: 'does not start while handlers declare no access rule, and names them all at once',
  },
  {
    rule: 'A name that a custom and a built-in role share gives nothing',
    file: 'libs/protocol/src/role-book.ts',
    find: '.filter(({ name }) => !this.ambiguous.includes(name))',
    replace: '',
    spec: 'libs/protocol/src/role-book.spec.ts',
    test: 'gives nothing for %s while a custom role has the name of that built-in one',
  },
  {
    rule: 'Whoever has as much administrative power, and holds more otherwise, is not disabled',
    file: 'apps/auth/src/administration/power.ts',
    find: 'isWithin(theirs, own) && !isWithin(own, theirs)',
    replace: 'isWithin(theirs, own)',
    spec: 'apps/auth/src/administration/power.spec.ts',
    test: 'is refused: %s',
  },
];
