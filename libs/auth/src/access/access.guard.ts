import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';

import { AUTH_OPTIONS, type ResolvedAuthOptions } from '../auth.options.js';
import { carrierOf } from '../carrier.js';
import { rulesOf } from './access-rule.js';
import { decide } from './decide.js';

/**
 * Lets in whom the handler's decorators and those of its class admit. Refuses everybody where nothing is declared, and
 * throws rather than returning `false`, which would reach a NATS caller without a code.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(@Inject(AUTH_OPTIONS) private readonly options: Pick<ResolvedAuthOptions, 'clearances'>) {}

  canActivate(context: ExecutionContext): boolean {
    const rules = rulesOf(context.getHandler(), context.getClass());
    const refusal = decide(rules, carrierOf(context).user, new Date(), this.options.clearances);
    if (refusal) throw refusal;
    return true;
  }
}
