import type { KeyObject } from 'node:crypto';
import type { KvEntry, RoKV } from '@nats-io/kv';

import type { KeySource } from '../keys/key-source.js';
import { pause } from '../retry.js';
import { KEY_SET_ENTRY, openKeySet } from './key-set-entry.js';

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
  const read = (entry: KvEntry) => openKeySet(entry.string(), publicKeys);
  return {
    async load() {
      const entry = await (await open()).get(KEY_SET_ENTRY);
      if (entry?.operation !== 'PUT') throw new Error('The issuer has not published its keys yet');
      return read(entry);
    },
    async follow(onChange, signal) {
      const watch = async () => {
        const entries = await (await open()).watch({ key: KEY_SET_ENTRY });
        signal.addEventListener('abort', () => entries.stop(), { once: true });
        return entries;
      };
      void report(await watch(), watch, (entry) => onChange(read(entry)), signal);
    },
    // A watch that has died without a word must not keep a compromised key alive.
    reloadAfter: RELOAD_AFTER_MS,
  };
}

type Entries = Awaited<ReturnType<RoKV['watch']>>;

/** Tells every change; a watch that ends is begun anew, for as long as anybody wants to know. */
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
      // What ended the watch is told by the connection; here it only has to be begun anew.
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
