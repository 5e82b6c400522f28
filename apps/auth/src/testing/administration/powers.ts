import { ALL_PERMISSIONS, ROLES } from '@citadel/contracts';

/** What somebody holds, with all that it means. */
export type Powers = ReadonlySet<string>;

const HOLDABLE = [
  ...ALL_PERMISSIONS,
  ...new Set(ALL_PERMISSIONS.flatMap((name) => [name.replace(/:.*/, ':*'), name.replace(/:[^:]*$/, ':*')])),
  '*',
];

/** All that holding this means, wildcards among it: so being within is plain inclusion of sets. */
export function meaningOf(held: string): string[] {
  const isWildcard = held.endsWith('*');
  if (!HOLDABLE.includes(held)) return [];
  return HOLDABLE.filter((one) => one === held || (isWildcard && one.startsWith(held.slice(0, -1))));
}

export const isBuiltIn = (name: string) => Object.hasOwn(ROLES, name);

export const isIncluded = (inner: Powers, outer: Powers) => [...inner].every((one) => outer.has(one));
