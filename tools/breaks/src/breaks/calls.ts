import type { Break } from '../break.js';

const CLIENT = 'libs/platform/src/calls/client-for.ts';
const spec = 'libs/platform/src/calls/client-for.spec.ts';

export const breaks: readonly Break[] = [
  {
    rule: 'A service asks another one with the token of whoever is asking it',
    file: CLIENT,
    find: '{ token: caller.token, call, headers, patience }',
    replace: '{ token: undefined, call, headers, patience }',
    spec,
    test: 'carries the user’s own token, the trace and the address, and brings back what the contract promises',
  },
  {
    rule: 'A service asks another one for no longer than its own caller waits',
    file: CLIENT,
    find: 'caller.answerBy === undefined ? undefined : caller.answerBy - performance.now()',
    replace: 'undefined',
    spec,
    test: 'waits no longer than the caller does',
  },
  {
    rule: 'What another service answers is checked against its contract',
    file: CLIENT,
    find: "if (!parsed.success) throw problem('invalid-response', { cause: parsed.error });\n  return parsed.data;",
    replace: 'return answer;',
    spec,
    test: 'lets nothing in that the contract of the other service does not promise',
  },
  {
    rule: 'Without a user no other service is asked',
    file: CLIENT,
    find: 'if (caller?.token === undefined) {',
    replace: 'if (caller === null) {',
    spec,
    test: 'is not made where nobody is asking',
  },
  {
    rule: 'A service asks others for what the register lists, and for nothing else',
    file: 'libs/platform/src/nats-permissions/permissions.ts',
    find: '      ...calls,\n',
    replace: "      ...calls.map((subject) => subject.replace(/\\.\\w+$/, '.>')),\n",
    spec,
    test: 'is refused by NATS when the register does not list it',
  },
  {
    rule: 'An export tells its user nothing about administrators',
    file: 'apps/auth/src/export/export.service.ts',
    find: 'return event.actor === subject ? event : { ...event, actor: null, session: null, address: null };',
    replace: 'return subject ? event : event;',
    spec: 'test/export.spec.ts',
    test: 'has what auth, the treasury and the archives know, and is stored by no cache',
  },
  {
    rule: 'Whoever may not see a transfer files no document with it',
    file: 'apps/archives/src/documents/documents.service.ts',
    find: 'if (transferId !== undefined) await this.treasury.findTransfer({ id: transferId });',
    replace: '',
    spec: 'apps/archives/src/documents/documents.service.spec.ts',
    test: 'is not filed with a transfer that the treasury does not show',
  },
];
