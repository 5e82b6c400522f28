import { type Clearance, CLEARANCES } from './names.js';

/**
 * Whether a principal that is cleared for `held` may see what is marked `asked`. A level that does not exist is seen by
 * nobody and clears for nothing.
 *
 * @param levels - lowest first; those of {@link CLEARANCES} if left out
 */
export function isCleared(held: Clearance, asked: Clearance, levels: readonly string[] = CLEARANCES): boolean {
  const needed = levels.indexOf(asked);
  return needed >= 0 && levels.indexOf(held) >= needed;
}
