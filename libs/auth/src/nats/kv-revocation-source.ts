import type { KvEntry, RoKV } from '@nats-io/kv';

import type { Revocation, RevocationSource } from '../revocation/revocation-source.js';

/** The entry's key: its kind and what it is about. Each revocation has its own, so none can hide another. */
export function revocationKey(revocation: Revocation): string {
  return revocation.kind === 'everybody' ? 'everybody' : `${revocation.kind}.${revocation.id}`;
}

/** The entry's value: the generation for those kinds that count, nothing for the others. */
export function revocationValue(revocation: Revocation): string {
  return 'generation' in revocation ? String(revocation.generation) : '';
}

/**
 * Revocations from a JetStream KV bucket that the issuer writes and every service mirrors. The bucket's TTL must be at
 * least the longest life of an access token.
 *
 * @param open - opens the bucket for reading; called again after a failure
 */
export function kvRevocationSource(open: () => Promise<RoKV>): RevocationSource {
  let bucket: RoKV | undefined;
  let seen = 0;
  return {
    async follow(onRevocation, signal) {
      seen = 0;
      bucket = await open();
      const entries = await bucket.watch();
      signal.addEventListener('abort', () => entries.stop());
      void (async () => {
        for await (const entry of entries) {
          const revocation = parseEntry(entry);
          if (revocation) onRevocation(revocation);
          seen = entry.revision;
        }
      })();
    },
    async isCaughtUp() {
      if (!bucket) return false;
      const { streamInfo } = await bucket.status();
      const { messages, last_seq: last } = streamInfo.state;
      // Entries disappear oldest first, so where there are any, the newest is among them and must have been seen. A
      // bucket that has fewer revisions than were seen was made anew: what it holds has to be read again.
      return messages === 0 || seen === last;
    },
  };
}

function parseEntry(entry: KvEntry): Revocation | undefined {
  if (entry.operation !== 'PUT') return undefined;
  const [kind, ...rest] = entry.key.split('.');
  const id = rest.join('.');
  if (kind === 'token' || kind === 'session') return { kind, id };
  const generation = Number(entry.string());
  if (!Number.isSafeInteger(generation)) return undefined;
  if (kind === 'subject') return { kind, id, generation };
  return kind === 'everybody' ? { kind, generation } : undefined;
}
