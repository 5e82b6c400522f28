import { problem } from '@citadel/protocol';
import { type CanActivate, type ExecutionContext, Injectable, Logger } from '@nestjs/common';

import { AccessGuard } from './access/access.guard.js';
import { AuthenticateGuard } from './token/authenticate.guard.js';

/**
 * Decides about every call: first who is calling, then whether they may.
 *
 * Refuses everything, public or not, until the start-up audit has passed: in a hybrid application
 * `startAllMicroservices()` listens before `init()` or `listen()` runs the audit.
 */
@Injectable()
export class CallGuard implements CanActivate {
  private readonly logger = new Logger('Access');
  private isOpen = false;
  private hasWarned = false;

  constructor(
    private readonly authenticate: AuthenticateGuard,
    private readonly access: AccessGuard,
  ) {}

  open(): void {
    this.isOpen = true;
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (!this.isOpen) this.refuseBeforeAudit();
    return (await this.authenticate.canActivate(context)) && this.access.canActivate(context);
  }

  private refuseBeforeAudit(): never {
    if (!this.hasWarned) {
      this.hasWarned = true;
      this.logger.warn(
        'Calls are refused until the application is initialized: await app.init() before startAllMicroservices()',
      );
    }
    throw problem('service-unavailable', { detail: 'The service is starting', retryAfter: 1 });
  }
}
