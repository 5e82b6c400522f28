import type { Break } from '../break.js';

const TRANSPORT = 'libs/platform/src/nats/nats-transport.ts';
const spec = 'libs/platform/src/nats/deadlines.spec.ts';

export const breaks: readonly Break[] = [
  {
    rule: 'A request whose caller has stopped waiting is not carried out',
    file: TRANSPORT,
    find: 'if (left > 0) return left;',
    replace: 'if (left > -Infinity) return 1;',
    spec,
    test: 'is not carried out when NATS delivers it after all',
  },
  {
    rule: 'A message says for how long its caller waits',
    file: 'libs/platform/src/nats/bus.ts',
    find: 'writeDeadline(carried, { sentAt: performance.now(), patience: timeout });',
    replace: '',
    spec,
    test: 'is not carried out when NATS delivers it after all',
  },
  {
    rule: 'A message that comes too late is not verified',
    file: TRANSPORT,
    find: 'const patience = handler.isEventHandler ? undefined : this.patienceFor(message);',
    replace: "const patience = headers?.has('authorization') ? undefined : this.patienceFor(message);",
    spec,
    test: 'is looked at before the token, and answered all the same',
  },
  {
    rule: 'A deadline that is malformed is refused',
    file: TRANSPORT,
    find: "return problem('invalid-request', { detail: 'The deadline of the message is not one' });",
    replace: 'return undefined;',
    spec,
    test: 'is refused, and nothing carried out, when it is %s',
  },
  {
    rule: 'A message is late by the clock of its own sender',
    file: TRANSPORT,
    find: "reply.slice(0, reply.lastIndexOf('.'))",
    replace: "reply.slice(0, reply.indexOf('.'))",
    spec,
    test: 'is measured by the clock of its own sender',
  },
  {
    rule: 'A sender whose machine was suspended is served again',
    file: 'libs/platform/src/nats/transit-times.ts',
    find: 'if (since < TURN_AFTER_MS) return;',
    replace: 'if (this.turnedAt > -Infinity) return;',
    spec: 'libs/platform/src/nats/transit-times.spec.ts',
    test: 'is right again soon after the sender’s machine was suspended, and at once after a long silence',
  },
];
