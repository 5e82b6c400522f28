import type { Break } from '../break.js';

export const breaks: readonly Break[] = [
  {
    rule: 'The gateway lets out of an answer what the contract names and nothing else',
    file: 'apps/gateway/src/operations/forward.ts',
    find: 'this.credentials.deliver(operation, message, checked.data, request)',
    replace: 'this.credentials.deliver(operation, message, answer, request)',
    spec: 'apps/gateway/src/operations/forward.spec.ts',
    test: 'holds nothing that the contract does not name',
  },
];
