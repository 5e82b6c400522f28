import type { Break } from '../break.js';

const starts = 'libs/platform/src/nats/starts.spec.ts';

export const breaks: readonly Break[] = [
  {
    rule: 'The message handlers of a hybrid application are guarded',
    file: 'libs/auth/src/access/handler-binding.ts',
    find: 'prepend(GUARDS, BoundGuard, metatype);',
    replace: '',
    spec: starts,
    test: 'is guarded over HTTP and in the microservice that it connects with %s',
  },
  {
    rule: 'A microservice guards what was loaded lazily before it was connected',
    file: 'libs/auth/src/access/handler-binding.ts',
    find: 'this.modules.getRpcTargetRegistry().subscribe(() => this.bind(filter));',
    replace: '',
    spec: starts,
    test: 'is guarded in a microservice that is connected after the start',
  },
  {
    rule: 'No message is answered before the start-up audit has passed',
    file: 'libs/auth/src/call.guard.ts',
    find: 'if (!this.isOpen) this.refuseBeforeAudit();',
    replace: '',
    spec: starts,
    test: 'answers no message, public or not, before the start-up audit has passed',
  },
  {
    rule: 'A handler that came too late for the guards stops the start',
    file: 'libs/auth/src/access/access-audit.ts',
    find: 'const faults = [...findFaults(this.handlers(), clearances), ...late];',
    replace: 'const faults = findFaults(this.handlers(), clearances);',
    spec: starts,
    test: 'stops the start when the guards came too early for it',
  },
  {
    rule: 'A fault of a service is logged under the trace id that the caller gets',
    file: 'libs/platform/src/platform.module.ts',
    find: 'AuthModule.forRoot(auth, { filter: FailureFilter })',
    replace: 'AuthModule.forRoot(auth)',
    spec: 'apps/gateway/src/operations/forward.spec.ts',
    test: 'is logged once when it breaks the contract, under the trace id that the caller gets',
  },
];
