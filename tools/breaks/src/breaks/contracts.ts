import type { Break } from '../break.js';

export const breaks: readonly Break[] = [
  {
    rule: 'Every contract is in the list that the gateway serves and the access matrix is made of',
    file: 'libs/contracts/src/contracts.ts',
    find: '{ auth, treasury, archives } as const',
    replace: '{ auth, treasury } as const',
    spec: 'libs/contracts/src/contracts.spec.ts',
    test: 'has every contract that this package exports, so that none is served past the access matrix',
  },
  {
    rule: 'Every service that a stack starts has a contract',
    file: 'tools/stack/src/service-names.ts',
    find: "['auth', 'treasury', 'archives', 'gateway'] as const",
    replace: "['auth', 'treasury', 'archives', 'warroom', 'gateway'] as const",
    spec: 'tools/stack/src/service-names.spec.ts',
    test: 'are those with a contract, so that none is left out of the access matrix',
  },
  {
    rule: 'npm start prints no password',
    file: 'tools/stack/src/welcome.ts',
    find: 'users.flatMap((user) => user.roles)',
    replace: 'users.flatMap((user) => [...user.roles, user.password])',
    spec: 'tools/stack/src/welcome.spec.ts',
    test: 'shows no password, because a terminal keeps what it shows',
  },
];
