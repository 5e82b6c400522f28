import { Logger } from '@nestjs/common';
import type { RoKV } from '@nats-io/kv';

import type { RevocationSource } from '../revocation/revocation-source.js';
import { RevocationEntries } from './revocation-entries.js';
import { stopWith } from './stop-with.js';

const REPORT_EVERY_MS = 60_000;

const DESCRIPTION = 'Revocations:';

/**
 * The description of a bucket that does not hold every revocation yet, because it has just been made: after NATS lost its
 * data, what is in it is no proof that there is nothing else.
 */
export const BUCKET_BEING_FILLED = `${DESCRIPTION} not complete yet`;

/**
 * The description of a bucket that holds every revocation. It names the bucket, so that a description which was meant for
 * the one before says nothing about one that has been made again.
 *
 * @param created - the moment at which the bucket was made, as JetStream writes it
 */
export const completeBucket = (created: string): string => `${DESCRIPTION} complete since ${created}`;

/** A bucket that somebody else made, and described in another way or not at all, is taken as it is. */
const isBeingFilled = (description: string | undefined, created: string) =>
  description?.startsWith(DESCRIPTION) === true && description !== completeBucket(created);

/**
 * Revocations from a JetStream KV bucket that the issuer writes and every service mirrors. The bucket's TTL must be at
 * least the longest life of an access token. Entries that do not authenticate revoke nothing and are counted.
 *
 * @param open - opens the bucket for reading; called again after a failure
 * @param keys - 32 bytes each, shared with the issuer: two while one replaces the other
 */
export function kvRevocationSource(open: () => Promise<RoKV>, keys: readonly [Buffer, ...Buffer[]]): RevocationSource {
  const codec = new RevocationEntries(keys);
  const reportForged = forgedReport();
  let bucket: RoKV | undefined;
  let made: string | undefined;
  let seen = 0;
  return {
    async follow(onRevocation, signal) {
      seen = 0;
      bucket = await open();
      made = (await bucket.status()).streamInfo.created;
      // The bucket keeps one entry for each key, so its history is the last entry of each. Asked for the last ones, NATS
      // scans all subjects first: with a million of them, processes that start get no answer in time.
      const entries = await bucket.watch({ include: 'history' });
      stopWith(signal, entries);
      void (async () => {
        for await (const entry of entries) {
          const revocation = entry.operation === 'PUT' ? codec.decode(entry.key, entry.string()) : undefined;
          if (revocation) onRevocation(revocation);
          else if (entry.operation === 'PUT') reportForged();
          seen = entry.revision;
        }
      })();
    },
    async progress() {
      if (!bucket) return 'behind';
      const { created, config, state } = (await bucket.status()).streamInfo;
      // What is in another bucket of the same name has to be read from its beginning.
      if (created !== made) return 'lost';
      if (isBeingFilled(config.description, created)) return 'behind';
      // Entries disappear oldest first, so where there are any, the newest is among them and must have been seen.
      return state.messages === 0 || seen === state.last_seq ? 'caught-up' : 'behind';
    },
  };
}

/** Logs how many entries were not written by the issuer: at once, then once a minute at most. */
function forgedReport(): () => void {
  const logger = new Logger(kvRevocationSource.name);
  let count = 0;
  let reportedAt = -Infinity;
  return () => {
    count += 1;
    if (performance.now() - reportedAt < REPORT_EVERY_MS) return;
    logger.error(`Ignored ${count} revocations that were not written with REVOCATION_KEY`);
    [count, reportedAt] = [0, performance.now()];
  };
}
