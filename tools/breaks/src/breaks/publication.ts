import type { Break } from '../break.js';

export const breaks: readonly Break[] = [
  {
    rule: 'A revocation is authenticated together with the key that it is stored under',
    file: 'libs/auth/src/nats/revocation-entries.ts',
    find: "const codeOf = (secret: Buffer, key: string, generation: string) =>\n  createHmac('sha256', secret).update(`${key} ${generation}`)",
    replace:
      "const codeOf = (secret: Buffer, _key: string, generation: string) =>\n  createHmac('sha256', secret).update(generation)",
    spec: 'libs/auth/src/nats/revocation-entries.spec.ts',
    test: 'says nothing under the key of another',
  },
  {
    rule: 'A key set is accepted only with the signature of the publication key',
    file: 'libs/auth/src/nats/key-set-entry.ts',
    find: 'publicKeys.some((key) => verify(',
    replace: 'publicKeys.every((key) => key.type === "public" || verify(',
    spec: 'libs/auth/src/nats/key-set-entry.spec.ts',
    test: 'is refused with %s',
  },
  {
    rule: 'No subject on which a stream stores keys or revocations is exported to the services',
    file: 'tools/stack/src/nats/nats-config.ts',
    find: "...FLOW_CONTROL, 'events.>'];",
    replace: "...FLOW_CONTROL, 'events.>', '$KV.revocations.>'];",
    spec: 'tools/stack/src/nats/nats-config.spec.ts',
    test: 'exports no subject on which a stream stores keys or revocations, and nothing to everybody',
  },
  {
    rule: 'A rotation waits until the last one has taken effect',
    file: 'apps/auth/src/signing-keys/key-schedule.ts',
    find: 'if (underWay.length > 0) return Math.max(...underWay);',
    replace: '',
    spec: 'apps/auth/src/signing-keys/key-schedule.spec.ts',
    test: 'waits until the last one has taken effect',
  },
  {
    rule: 'A key that an administrator orders signs when caches know it',
    file: 'apps/auth/src/signing-keys/key-schedule.ts',
    find: 'datesFrom(now.getTime() + schedule.lead, schedule)',
    replace: 'datesFrom(now.getTime(), schedule)',
    spec: 'apps/auth/src/signing-keys/key-schedule.spec.ts',
    test: 'signs when caches have had the time to learn of the key',
  },
  {
    rule: 'A key that cannot be unsealed stops neither the others nor their publication',
    file: 'apps/auth/src/signing-keys/signer.ts',
    find: '        unopened.add(row.kid);',
    replace: '        throw error;',
    spec: 'apps/auth/src/signing-keys/signing-keys.service.spec.ts',
    test: 'are dropped everywhere though another row cannot be unsealed, or holds no key',
  },
  {
    rule: 'No more keys are published than readers take',
    file: 'apps/auth/src/signing-keys/signing-keys.service.ts',
    find: 'return keys.slice(0, MAXIMUM_KEYS);',
    replace: 'return keys;',
    spec: 'apps/auth/src/signing-keys/signing-keys.service.spec.ts',
    test: 'are published, and a removal gets through, though more are stored than readers take',
  },
];
