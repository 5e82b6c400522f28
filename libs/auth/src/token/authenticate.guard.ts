import { problem } from '@citadel/protocol';
import { type CanActivate, type ExecutionContext, Injectable, Logger } from '@nestjs/common';

import { isPublic, rulesOf } from '../access/access-rule.js';
import { carrierOf, type TokenExtractor } from '../carrier.js';
import type { TrustedIssuers } from '../issuers/trusted-issuers.js';
import { TokenRefusal } from './token-text.js';

/**
 * Establishes who is calling, on every transport.
 *
 * Lets a call through without a token only where `@Public()` is declared and nothing else. A handler that declares
 * nothing is authenticated all the same, and then refused by the access guard.
 */
@Injectable()
export class AuthenticateGuard implements CanActivate {
  private readonly logger = new Logger(AuthenticateGuard.name);

  constructor(
    private readonly issuers: TrustedIssuers,
    private readonly tokenFromHttp: TokenExtractor | undefined,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (isPublic(rulesOf(context.getHandler(), context.getClass()))) return true;
    const carrier = carrierOf(context, this.tokenFromHttp);
    if (carrier.token === undefined) throw problem('unauthenticated');

    try {
      const issuer = this.issuers.issuerOf(carrier.token);
      const principal = issuer.verifier.recall(carrier.token);
      if (principal) carrier.user = principal;
      else await issuer.guard.canActivate(context);
    } catch (error) {
      // A socket keeps its carrier: who it was must not outlive its token.
      delete carrier.user;
      throw this.answerTo(error);
    }
    return true;
  }

  /** The same 401 for missing, malformed, expired and forged; the reason is for the log. */
  private answerTo(error: unknown): unknown {
    if (!(error instanceof Error && (error instanceof TokenRefusal || isTokenError(error)))) return error;
    this.logger.debug(`Access token refused: ${error.message}`);
    return problem('unauthenticated', { cause: error });
  }
}

/** What jsonwebtoken throws about a token, as opposed to what is wrong on our side. */
function isTokenError({ name }: Error): boolean {
  return ['JsonWebTokenError', 'TokenExpiredError', 'NotBeforeError'].includes(name);
}
