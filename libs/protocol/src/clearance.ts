import { type Clearance, CLEARANCES } from './names.js';

/**
 * Whether a principal that is cleared for `held` may see what is marked `asked`. A level that does not exist is
 * refused, whether it is held or asked for.
 *
 * @param levels - lowest first; those of {@link CLEARANCES} if left out
 */
export function isCleared(held: Clearance, asked: Clearance, levels: readonly string[] = CLEARANCES): boolean {
  const needed = levels.indexOf(asked);
  return needed >= 0 && levels.indexOf(held) >= needed;
}
