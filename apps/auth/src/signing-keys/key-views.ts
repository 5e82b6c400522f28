import { PublicJwk } from '@citadel/contracts';

import type { SigningKey } from '../generated/prisma/client.js';
import { stateOf } from './key-schedule.js';

/** What everybody may see of keys, to verify with. */
export const publicJwksOf = (keys: readonly SigningKey[]) =>
  // A row that was spoiled must not keep the others, or the removal of one of them, from being published.
  keys.flatMap(({ publicJwk }) => PublicJwk.safeParse(publicJwk).data ?? []);

/** What an administrator sees of a key. */
export function toReply({ kid, algorithm, signsFrom, signsUntil, goneAt, compromisedAt }: SigningKey, now: Date) {
  return {
    kid,
    algorithm,
    state: stateOf({ signsFrom, signsUntil, goneAt }, now),
    signsFrom: signsFrom.toISOString(),
    signsUntil: signsUntil.toISOString(),
    goneAt: goneAt.toISOString(),
    compromisedAt: compromisedAt?.toISOString() ?? null,
  };
}
