import type { Break } from '../break.js';

export const breaks: readonly Break[] = [
  {
    rule: 'Every contract is in the register that the gateway and the access matrix are made of',
    file: 'libs/contracts/src/services.ts',
    find: '    contract: archives,\n',
    replace: '    contract: null,\n',
    spec: 'libs/contracts/src/services.spec.ts',
    test: 'are all that this package exports, so that none is served past the access matrix',
  },
  {
    rule: 'Every service that a stack starts has a contract',
    file: 'libs/contracts/src/services.ts',
    find: '  gateway: { contract: null, hasDatabase: false },\n',
    replace: '  gateway: { contract: null, hasDatabase: false },\n  warroom: { contract: null, hasDatabase: false },\n',
    spec: 'libs/contracts/src/services.spec.ts',
    test: 'has a contract for each service but the gateway',
  },
  {
    rule: 'A service of the register is named by every file that lists services by hand',
    file: 'docker-compose.yml',
    find: '      - treasury-secrets:/secrets/treasury\n',
    replace: '',
    spec: 'tools/new/src/register.spec.ts',
    test: 'is written wherever files list services by hand',
  },
  {
    rule: 'Nothing runs in a container that the register lacks',
    file: 'docker-compose.yml',
    find: '    command: [apps/treasury/dist/main.js]\n',
    replace: '    command: [apps/treasury/dist/main.js]\n  warroom:\n    command: [apps/warroom/dist/main.js]\n',
    spec: 'tools/new/src/register.spec.ts',
    test: 'has no service, database or network that the register lacks',
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
