import type { ResolvedIssuer } from '../issuers/resolve-issuers.js';

/**
 * What jsonwebtoken must check, whether passport-jwt calls it or the verifier does: algorithms, issuer and audience pinned.
 * Where a claim map says that the audience is in another claim, `accept` checks that one.
 */
export const verifyOptions = ({ algorithms, issuer, audiences, clockTolerance, claims }: ResolvedIssuer) => ({
  algorithms: [...algorithms],
  issuer,
  ...(claims?.audience === undefined && { audience: [...audiences] as [string, ...string[]] }),
  clockTolerance,
});
