import { MAXIMUM_LIFETIME, MAXIMUM_CLOCK_TOLERANCE, type Revocation } from '@citadel/auth';

/**
 * Seconds for which a revocation is remembered: no verifier accepts a token that lives longer, whatever this service is
 * configured to issue, and the clocks of both sides may be off by the tolerance.
 */
export const REVOCATION_RETENTION = MAXIMUM_LIFETIME + 2 * MAXIMUM_CLOCK_TOLERANCE;

/** A stored revocation; `undefined` for a key that is of no kind we know. */
export function fromRow(key: string, generation: number | null): Revocation | undefined {
  const [kind, ...rest] = key.split('.');
  const id = rest.join('.');
  if (kind === 'token' || kind === 'session') return { kind, id };
  if (generation === null) return undefined;
  if (kind === 'subject') return { kind, id, generation };
  return kind === 'everybody' ? { kind, generation } : undefined;
}
