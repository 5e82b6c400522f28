import type { KeyObject } from 'node:crypto';
import type { KvEntry, RoKV } from '@nats-io/kv';

import type { KeySource } from '../keys/key-source.js';
import { pause } from '../retry.js';
import { KEY_SET_ENTRY, openKeySet } from './key-set-entry.js';
import { stopWith } from './stop-with.js';

const RELOAD_AFTER_MS = 5_000;
const WATCH_AGAIN_AFTER_MS = 500;

/**
 * Keys from a JetStream KV bucket that the issuer writes and every service watches. A set that the issuer has not signed
 * is ignored, whoever wrote it there.
 *
 * @param open - opens the bucket for reading; called again after a failure
 * @param publicKeys - Ed25519 keys of which one signs what is published
 * @example kvKeySource(() => new Kvm(connection).open('jwks'), [createPublicKey(pem)])
 */
export function kvKeySource(open: () => Promise<RoKV>, publicKeys: readonly KeyObject[]): KeySource {
  let newest: { readonly bucket: string; readonly revision: number; readonly set: unknown } | undefined;
  // A read that comes late, from a replica say, must not bring back a key that a later entry has dropped.
  const newestOf = (entry: KvEntry, bucket: string) => {
    const set = openKeySet(entry.string(), publicKeys);
    // Another bucket of the same name, made after NATS lost its data, counts from one again.
    if (newest?.bucket !== bucket || entry.revision >= newest.revision) {
      newest = { bucket, revision: entry.revision, set };
    }
    return newest.set;
  };
  return {
    async load() {
      const bucket = await open();
      const made = await madeAt(bucket);
      const entry = await bucket.get(KEY_SET_ENTRY);
      if (entry?.operation !== 'PUT') throw new Error('The issuer has not published its keys yet');
      return newestOf(entry, made);
    },
    async follow(onChange, signal) {
      let made = '';
      const watch = async () => {
        const bucket = await open();
        made = await madeAt(bucket);
        const entries = await bucket.watch({ key: KEY_SET_ENTRY });
        stopWith(signal, entries);
        return entries;
      };
      void report(await watch(), watch, (entry) => onChange(newestOf(entry, made)), signal);
    },
    // A watch that has died without a word must not keep a compromised key alive.
    reloadAfter: RELOAD_AFTER_MS,
  };
}

const madeAt = async (bucket: RoKV): Promise<string> => (await bucket.status()).streamInfo.created;

type Entries = Awaited<ReturnType<RoKV['watch']>>;

/** Tells every change; a watch that ends is begun again, for as long as anybody wants to know. */
async function report(
  first: Entries,
  again: () => Promise<Entries>,
  onEntry: (entry: KvEntry) => void,
  signal: AbortSignal,
): Promise<void> {
  for (let entries: Entries | undefined = first; !signal.aborted; entries = await again().catch(() => undefined)) {
    try {
      for await (const entry of entries ?? []) {
        if (entry.operation === 'PUT') ignoringUnsigned(() => onEntry(entry));
      }
    } catch {
      // The connection reports why the watch ended; here it only needs to be started again.
    }
    await pause(WATCH_AGAIN_AFTER_MS, signal);
  }
}

/** The next load fails over what is not signed, and says so: once in its period, however many entries are written. */
function ignoringUnsigned(take: () => void): void {
  try {
    take();
  } catch {
    // The last good set stays.
  }
}
