import { PassportStrategy } from '@nestjs/passport';
import { Strategy, type StrategyOptionsWithRequest } from 'passport-jwt';

import type { Carrier } from '../carrier.js';
import type { ResolvedIssuer } from '../issuers/resolve-issuers.js';
import type { VerificationKey } from '../keys/verification-key.js';
import type { Principal } from '../principal.js';
import type { TokenVerifier } from './token-verifier.js';
import { verifyOptions } from './verify-options.js';

interface Attempt extends Carrier {
  key?: VerificationKey;
}

/**
 * Makes the passport-jwt strategy for one issuer of one AuthModule. passport keeps strategies in one table for the whole process, where
 * a later `jwt` silently replaces an earlier one; a name of its own keeps issuers apart.
 */
export function createJwtStrategy(name: string, options: ResolvedIssuer, verifier: TokenVerifier): Strategy {
  class JwtStrategy extends PassportStrategy(Strategy, name) {
    constructor() {
      const { clockTolerance, ...pinned } = verifyOptions(options);
      const strategyOptions = {
        // passport calls what was handed to it by the guard's getRequest(): a carrier, on every transport.
        jwtFromRequest: (carrier: unknown) => (carrier as Carrier).token ?? null,
        secretOrKeyProvider: (carrier: unknown, token: string, done: (error: unknown, key?: unknown) => void) => {
          verifier.keyFor(token).then(
            (key) => {
              (carrier as Attempt).key = key;
              done(null, key.key);
            },
            (error: unknown) => done(error),
          );
        },
        passReqToCallback: true,
        ...pinned,
        jsonWebTokenOptions: { clockTolerance },
      };
      // The types of passport-jwt know keys as text only, and requests as Express's; it takes any of either.
      super(strategyOptions as unknown as StrategyOptionsWithRequest);
    }

    validate(carrier: Attempt, payload: unknown): Principal {
      const { token, key } = carrier;
      if (token === undefined || !key) throw new Error('passport verified a token that was not presented');
      return verifier.accept(token, key, payload);
    }
  }
  return new JwtStrategy();
}
