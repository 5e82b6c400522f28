import type { RoKV } from '@nats-io/kv';

import type { KeySource } from '../keys/key-source.js';

/** The entry of the bucket that holds the whole JWK Set: one entry, so that a change is seen whole or not at all. */
export const KEY_SET_ENTRY = 'current';

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
      const entries = await (await open()).watch({ key: KEY_SET_ENTRY });
      signal.addEventListener('abort', () => entries.stop());
      void (async () => {
        for await (const entry of entries) if (entry.operation === 'PUT') onChange(parse(() => entry.json()));
      })();
    },
  };
}

/** What cannot be parsed goes on as it is and is refused, with the reason, by the key ring. */
function parse(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return undefined;
  }
}
