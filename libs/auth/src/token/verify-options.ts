import type { ResolvedAuthOptions } from '../auth.options.js';

/** What jsonwebtoken must check, whether passport-jwt calls it or the verifier does: algorithms, issuer and audience pinned. */
export const verifyOptions = ({ algorithms, issuer, audience, clockTolerance }: ResolvedAuthOptions) => ({
  algorithms: [...algorithms],
  issuer,
  audience,
  clockTolerance,
});
