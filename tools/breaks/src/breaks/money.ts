import type { Break } from '../break.js';

export const breaks: readonly Break[] = [
  {
    rule: 'Issuing money asks for a recent login',
    file: 'apps/treasury/src/transfers/transfers.controller.ts',
    find: '  @RequireRecentLogin(15)\n',
    replace: '',
    spec: 'apps/treasury/src/access.spec.ts',
    test: 'asks for treasury:vault:draw and a recent login where money is issued',
  },
  {
    rule: 'A treasurer cannot issue money to an account of their own',
    file: 'apps/treasury/src/transfers/transfer-policy.ts',
    find: "  if (!isSecondPerson(user, to.ownerId)) return { refusal: 'self-issue' };\n",
    replace: '',
    spec: 'apps/treasury/src/transfers/transfers.service.spec.ts',
    test: 'is refused to an account of the one who draws, and to one that is not there',
  },
  {
    rule: 'A transfer takes money from an account of the caller alone',
    file: 'apps/treasury/src/transfers/transfer-policy.ts',
    find: '!isOwner(user, from)',
    replace: "(from.kind !== 'vault' && !isOwner(user, from))",
    spec: 'apps/treasury/src/transfers/transfers.service.spec.ts',
    test: 'is refused as a plain transfer, even to a treasurer',
  },
  {
    rule: 'A transfer that comes twice at the same moment is refused, and is no fault of ours',
    file: 'apps/treasury/src/transfers/ledger.ts',
    find: 'ON CONFLICT DO NOTHING',
    replace: 'ON CONFLICT (id) DO NOTHING',
    spec: 'apps/treasury/src/transfers/transfers.concurrency.spec.ts',
    test: 'book an id once when it is sent for other accounts at the same moment',
  },
];
