import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';

import { type Carrier, carrierOf } from '../carrier.js';
import type { ResolvedIssuer } from '../issuers/resolve-issuers.js';
import { createJwtStrategy } from './jwt.strategy.js';
import { TokenRefusal } from './token-text.js';
import type { TokenVerifier } from './token-verifier.js';

let guards = 0;

/** Makes the guard that verifies one issuer's tokens with a passport-jwt strategy of its own. */
export function createPassportGuard(issuer: ResolvedIssuer, verifier: TokenVerifier): CanActivate {
  const strategy = `citadel-jwt-${String(++guards)}`;
  createJwtStrategy(strategy, issuer, verifier);
  return new PassportGuard(strategy);
}

@Injectable()
class PassportGuard extends AuthGuard() implements CanActivate {
  constructor(strategy: string) {
    super({ defaultStrategy: strategy });
  }

  /** What passport reads the token from, and writes the principal to. The authenticate guard has made it. */
  override getRequest(context: ExecutionContext): Carrier {
    return carrierOf(context);
  }

  /** Hands on why there is no user, so that the authenticate guard can tell a bad token from a fault of ours. */
  override handleRequest<TUser>(error: unknown, user: TUser | false, info: unknown): TUser {
    if (user) return user;
    const reason: unknown = error ?? info;
    throw reason instanceof Error ? reason : new TokenRefusal('passport found no user', { cause: reason });
  }
}
