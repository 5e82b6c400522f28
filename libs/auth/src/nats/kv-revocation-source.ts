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
 * The description of a bucket that does not hold every revocation yet, because it has just been made: after NATS lost its
 * data, what is in it is no proof that there is nothing else.
 */
export const BUCKET_BEING_FILLED = 'Revocations: not complete yet';

/**
 * Revocations from a JetStream KV bucket that the issuer writes and every service mirrors. The bucket's TTL must be at
 * least the longest life of an access token.
 *
 * @param open - opens the bucket for reading; called again after a failure
 */
export function kvRevocationSource(open: () => Promise<RoKV>): RevocationSource {
  let bucket: RoKV | undefined;
  let made: string | undefined;
  let seen = 0;
  return {
    async follow(onRevocation, signal) {
      seen = 0;
      bucket = await open();
      made = (await bucket.status()).streamInfo.created;
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
      const { created, config, state } = (await bucket.status()).streamInfo;
      // What is in another bucket of the same name has to be read from its beginning.
      if (created !== made || config.description === BUCKET_BEING_FILLED) return false;
      // Entries disappear oldest first, so where there are any, the newest is among them and must have been seen.
      return state.messages === 0 || seen === state.last_seq;
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
