import { PublicJwk } from '@citadel/contracts';

import type { SigningKey } from '../generated/prisma/client.js';
import { stateOf } from './key-schedule.js';

/** What everybody may see of keys, to verify with. */
export const publicJwksOf = (keys: readonly SigningKey[]) => keys.map(({ publicJwk }) => PublicJwk.parse(publicJwk));

/** What an administrator sees of a key. */
export function describe({ kid, algorithm, signsFrom, signsUntil, goneAt, compromisedAt }: SigningKey, now: Date) {
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
