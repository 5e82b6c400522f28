/** How secret a document is, and how secret a document somebody may read. Lowest first. */
export const CLEARANCES = ['public', 'restricted', 'secret', 'sealed'] as const;

export type Clearance = (typeof CLEARANCES)[number];

/** Whether somebody cleared for `held` may see what is marked `asked`. */
export function isCleared(held: Clearance, asked: Clearance): boolean {
  return CLEARANCES.indexOf(held) >= CLEARANCES.indexOf(asked);
}
