import { problem } from '@citadel/protocol';
import { type CanActivate, type ExecutionContext, Injectable, Logger } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';

import { isPublic, rulesOf } from '../access/access-rule.js';
import { type Carrier, carrierOf, type TokenExtractor } from '../carrier.js';
import type { TokenVerifier } from './token-verifier.js';
import { TokenRefusal } from './token-text.js';

/**
 * Establishes who is calling, on every transport.
 *
 * Lets a call through without a token only where `@Public()` is declared and nothing else. A handler that declares
 * nothing is authenticated all the same, and then refused by the access guard.
 */
@Injectable()
export class AuthenticateGuard extends AuthGuard() implements CanActivate {
  private readonly logger = new Logger(AuthenticateGuard.name);

  constructor(
    strategy: string,
    private readonly verifier: TokenVerifier,
    private readonly tokenFromHttp: TokenExtractor | undefined,
  ) {
    super({ defaultStrategy: strategy });
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    if (isPublic(rulesOf(context.getHandler(), context.getClass()))) return true;
    const carrier = this.getRequest(context);
    if (carrier.token === undefined) throw problem('unauthenticated');

    try {
      const principal = this.verifier.recall(carrier.token);
      if (principal) carrier.user = principal;
      else await super.canActivate(context);
    } catch (error) {
      // A socket keeps its carrier: who it was must not outlive its token.
      delete carrier.user;
      throw error;
    }
    return true;
  }

  /** What passport reads the token from, and writes the principal to. */
  override getRequest(context: ExecutionContext): Carrier {
    return carrierOf(context, this.tokenFromHttp);
  }

  /** The same 401 for missing, malformed, expired and forged; the reason is for the log. */
  override handleRequest<TUser>(error: unknown, user: TUser | false, info: unknown): TUser {
    if (user) return user;
    const reason: unknown = error ?? info;
    if (reason instanceof Error && (reason instanceof TokenRefusal || isTokenError(reason))) {
      this.logger.debug(`Access token refused: ${reason.message}`);
      throw problem('unauthenticated', { cause: reason });
    }
    throw reason instanceof Error ? reason : problem('unauthenticated', { cause: reason });
  }
}

/** What jsonwebtoken throws about a token, as opposed to what is wrong on our side. */
function isTokenError({ name }: Error): boolean {
  return ['JsonWebTokenError', 'TokenExpiredError', 'NotBeforeError'].includes(name);
}
