import type { Break } from '../break.js';

const ring = 'libs/auth/src/keys/key-ring.spec.ts';

export const breaks: readonly Break[] = [
  {
    rule: 'A key set that is refused takes keys away all the same',
    file: 'libs/auth/src/keys/key-ring.ts',
    find: 'this.keys &&= keysLeftBy(set, this.keys);',
    replace: '',
    spec: ring,
    test: 'drops a key with a set that %s, keeps what that set still holds and adds nothing',
  },
  {
    rule: 'Keys that cannot be loaded again have an age limit',
    file: 'libs/auth/src/keys/key-ring.ts',
    find: 'return this.age <= (this.options.maximumAge ?? MAXIMUM_KEY_AGE);',
    replace: 'return this.keys !== undefined;',
    spec: ring,
    test: 'is no longer ready when its source has held no good set for too long, and is again when it does',
  },
  {
    rule: 'A key set that is read late does not replace a later one',
    file: 'libs/auth/src/nats/kv-key-source.ts',
    find: 'if (newest?.bucket !== bucket || entry.revision >= newest.revision) {',
    replace: 'if (newest?.bucket !== undefined || bucket) {',
    spec: 'libs/platform/src/nats/buckets.spec.ts',
    test: 'are not restored by a read that comes late',
  },
  {
    rule: 'A key of a type that cannot be used stops no other',
    file: 'libs/auth/src/keys/verification-key.ts',
    find: 'if (!parsed.success) return undefined;',
    replace: "if (!parsed.success) throw new Error('unusable');",
    spec: 'libs/auth/src/keys/verification-key.spec.ts',
    test: 'is used without %s',
  },
  {
    rule: 'An RSA key with the ROCA defect is refused',
    file: 'libs/auth/src/keys/verification-key.ts',
    find: "return !hasRocaFingerprint(BigInt(`0x${Buffer.from(n, 'base64url').toString('hex')}`));",
    replace: 'return n.length > 0;',
    spec: 'libs/auth/src/keys/verification-key.spec.ts',
    test: 'is refused as a whole if it holds %s',
  },
];
