/**
 * A permission as it is held: exact, or with a trailing wildcard (`orders:*`, `orders:invoices:*`, `*`).
 *
 * @typeParam P - the permissions that exist, `domain:resource:action`
 */
export type Held<P extends string> = P | Wildcard<P>;
type Wildcard<P extends string> = '*' | (P extends string ? WildcardsOf<P> : never);
type WildcardsOf<P extends string> = P extends `${infer D}:${infer R}:${string}` ? `${D}:*` | `${D}:${R}:*` : never;

/**
 * Whether what is held covers what is asked. A trailing `*` covers one or more segments, and only what is held may
 * have one: asked for, it covers nothing but itself.
 *
 * @example implies('orders:*', 'orders:invoices:read') // true
 */
export function implies(held: string, asked: string): boolean {
  if (held === asked || held === '*') return true;
  return held.endsWith(':*') && asked.length > held.length - 1 && asked.startsWith(held.slice(0, -1));
}

/** Whether any of the held permissions covers the one asked for. */
export function covers(held: readonly string[], asked: string): boolean {
  return held.some((permission) => implies(permission, asked));
}

/**
 * The shortest list with the same meaning: what another entry covers goes. A wildcard stays where it is held and is never
 * made of its parts: it would cover what a service of a newer version adds.
 */
export function fold(held: readonly string[]): string[] {
  const unique = [...new Set(held)];
  return unique.filter((one) => !unique.some((other) => other !== one && implies(other, one))).sort();
}

/** Whether everything that is held by one is held by the other too. */
export function isWithin(inner: readonly string[], outer: readonly string[]): boolean {
  return inner.every((permission) => coversHeld(outer, permission));
}

/** A wildcard is within another only if that is at least as wide: `orders:*` is not within `orders:invoices:*`. */
function coversHeld(outer: readonly string[], held: string): boolean {
  if (outer.includes('*') || outer.includes(held)) return true;
  return outer.some((one) => one.endsWith(':*') && held.startsWith(one.slice(0, -1)));
}
