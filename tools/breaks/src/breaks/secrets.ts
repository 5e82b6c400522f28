import type { Break } from '../break.js';

export const breaks: readonly Break[] = [
  {
    rule: 'The local authority vouches for this machine and the servers alone',
    file: 'tools/stack/src/secrets/certificate-authority.ts',
    find: '      nameConstraints([...LOCAL_NAMES, ...TLS_SERVERS]),\n',
    replace: '',
    spec: 'tools/stack/src/secrets/server-certificates.spec.ts',
    test: 'vouches for this machine and the servers alone: %s',
  },
  {
    rule: 'An installation runs no script of a package',
    file: '.npmrc',
    find: 'ignore-scripts=true',
    replace: 'ignore-scripts=false',
    spec: 'tools/lint/lock-file.spec.ts',
    test: 'runs no script of any package, with any npm',
  },
  {
    rule: 'The stack hands a service the settings of a list and nothing else',
    file: 'tools/stack/src/service-environment.ts',
    find: 'const handedOn = [...OF_THE_MACHINE,',
    replace: 'const handedOn = [...Object.keys(inherited), ...OF_THE_MACHINE,',
    spec: 'tools/stack/src/service-environment.spec.ts',
    test: 'of %s passes on nothing that is not on the list of its settings',
  },
  {
    rule: 'No secret stands in the environment of a service',
    file: 'tools/stack/src/service-environment.ts',
    find: 'DATABASE_URL_FILE: addresses.databaseFiles[service]',
    replace: 'DATABASE_URL: addresses.databases[service]',
    spec: 'tools/stack/src/service-environment.spec.ts',
    test: 'holds no secret itself, only the names of files',
  },
  {
    rule: 'A rotation keeps what opens things that were made before it',
    file: 'tools/stack/src/secrets/rotate-secrets.ts',
    find: "if (row.predecessor !== 'none') writePrivateFile(`${file}.previous`, `${old}\\n`);",
    replace: '',
    spec: 'tools/stack/src/secrets/rotate-secrets.spec.ts',
    test: 'keeps the predecessors of keys that something was made with',
  },
  {
    rule: 'A replay is answered with a token that is stored, whatever key derived it',
    file: 'apps/auth/src/sessions/sessions.service.ts',
    find: 'isOurs ? successor : await storedAmong(this.prisma, candidates, rotation.sessionId)',
    replace: 'isOurs ? successor : candidates[0]',
    spec: 'apps/auth/src/sessions/refresh-rotation.spec.ts',
    test: 'gives a replay the same successor while the key is being replaced, and no token that nobody stored',
  },
];
