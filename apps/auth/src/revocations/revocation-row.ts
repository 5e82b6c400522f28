import { MAXIMUM_CLOCK_TOLERANCE, MAXIMUM_LIFETIME } from '@citadel/auth';

/**
 * Seconds for which a revocation is remembered: no verifier accepts a token that lives longer, whatever this service is
 * configured to issue, and the clocks of both sides may be off by the tolerance.
 */
export const REVOCATION_RETENTION = MAXIMUM_LIFETIME + 2 * MAXIMUM_CLOCK_TOLERANCE;
