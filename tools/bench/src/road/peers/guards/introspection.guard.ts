import { type CanActivate, type ExecutionContext, Inject, Injectable, UnauthorizedException } from '@nestjs/common';
import type { ClientProxy } from '@nestjs/microservices';
import { firstValueFrom } from 'rxjs';

import { SERVICES } from '../nats-client.js';
import { bearerOf, type GuardedRequest } from './guarded-request.js';

interface Introspection {
  readonly active: boolean;
  readonly sub?: string;
}

/** Asks the auth service about each token. */
@Injectable()
export class IntrospectionGuard implements CanActivate {
  constructor(@Inject(SERVICES) private readonly services: ClientProxy) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<GuardedRequest>();
    const token = bearerOf(request);
    if (token === undefined) throw new UnauthorizedException();
    const answer = await firstValueFrom(this.services.send<Introspection>('auth.introspect', { token }));
    if (!answer.active || answer.sub === undefined) throw new UnauthorizedException();
    request.user = answer.sub;
    return true;
  }
}
