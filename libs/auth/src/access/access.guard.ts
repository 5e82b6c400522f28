import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';

import { carrierOf } from '../carrier.js';
import { rulesOf } from './access-rule.js';
import { decide } from './decide.js';

/**
 * Lets in whom the handler's decorators and those of its class admit. Refuses everybody where nothing is declared, and
 * throws rather than returning `false`, which would reach a NATS caller without a code.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const refusal = decide(rulesOf(context.getHandler(), context.getClass()), carrierOf(context).user);
    if (refusal) throw refusal;
    return true;
  }
}
