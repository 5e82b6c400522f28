import type { RoKV } from '@nats-io/kv';

import type { KeySource } from '../keys/key-source.js';
import { pause } from '../retry.js';

/** The entry of the bucket that holds the whole JWK Set: one entry, so that a change is seen whole or not at all. */
export const KEY_SET_ENTRY = 'current';

const RELOAD_AFTER_MS = 5_000;
const WATCH_AGAIN_AFTER_MS = 500;

/**
 * Keys from a JetStream KV bucket that the issuer writes and every service watches.
 *
 * @param open - opens the bucket for reading; called again after a failure
 * @example kvKeySource(() => new Kvm(connection).open('jwks'))
 */
export function kvKeySource(open: () => Promise<RoKV>): KeySource {
  return {
    async load() {
      const entry = await (await open()).get(KEY_SET_ENTRY);
      if (entry?.operation !== 'PUT') throw new Error('The issuer has not published its keys yet');
      return entry.json();
    },
    async follow(onChange, signal) {
      const watch = async () => {
        const entries = await (await open()).watch({ key: KEY_SET_ENTRY });
        signal.addEventListener('abort', () => entries.stop(), { once: true });
        return entries;
      };
      void report(await watch(), watch, onChange, signal);
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
  onChange: (set: unknown) => void,
  signal: AbortSignal,
): Promise<void> {
  for (let entries: Entries | undefined = first; !signal.aborted; entries = await again().catch(() => undefined)) {
    try {
      for await (const entry of entries ?? []) {
        if (entry.operation === 'PUT') onChange(parse(() => entry.json()));
      }
    } catch {
      // What ended the watch is told by the connection; here it only has to be begun anew.
    }
    await pause(WATCH_AGAIN_AFTER_MS, signal);
  }
}

/** What cannot be parsed goes on as it is and is refused, with the reason, by the key ring. */
function parse(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return undefined;
  }
}
