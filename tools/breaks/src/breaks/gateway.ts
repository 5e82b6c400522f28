import type { Break } from '../break.js';

export const breaks: readonly Break[] = [
  {
    rule: 'The requests that are under way at the gateway are bounded',
    file: 'apps/gateway/src/http/requests-at-once.ts',
    find: 'all >= atMost || ',
    replace: '',
    spec: 'apps/gateway/src/http/requests-at-once.spec.ts',
    test: 'of all are bounded together: whoever comes on top is refused, and what ends makes room',
  },
  {
    rule: 'One network has a quarter of the requests under way at most',
    file: 'apps/gateway/src/http/requests-at-once.ts',
    find: ' || own >= ofOne',
    replace: '',
    spec: 'apps/gateway/src/http/requests-at-once.spec.ts',
    test: 'of one network are a quarter: it is refused with 503, others and health are answered, and what ends makes room',
  },
  {
    rule: 'The gateway lets out of an answer what the contract names and nothing else',
    file: 'apps/gateway/src/operations/forward.ts',
    find: 'this.credentials.deliver(operation, message, checked.data, request)',
    replace: 'this.credentials.deliver(operation, message, answer, request)',
    spec: 'apps/gateway/src/operations/forward.spec.ts',
    test: 'holds nothing that the contract does not name',
  },
  {
    rule: 'No network that means everybody is a trusted proxy',
    file: 'apps/gateway/src/gateway.config.ts',
    find: 'Number(prefix) >= shortest && ',
    replace: '',
    spec: 'apps/gateway/src/gateway.config.spec.ts',
    test: 'refuses %s',
  },
  {
    rule: 'A gateway behind a proxy that nobody named says so',
    file: 'apps/gateway/src/http/proxy-watch.ts',
    find: 'this.isOver = isForwarded || !isAlone || this.requests === ENOUGH;',
    replace: 'this.isOver = isForwarded || !isAlone;',
    spec: 'apps/gateway/src/http/proxy-watch.spec.ts',
    test: 'warns once when its first hundred requests all come from %s',
  },
];
