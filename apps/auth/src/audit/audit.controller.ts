import { RequirePermissions } from '@citadel/auth';
import { auth } from '@citadel/contracts';
import type { MessageOf } from '@citadel/protocol';
import { Handles, Message } from '@citadel/platform';
import { Controller } from '@nestjs/common';

import { AuditService } from './audit.service.js';

@Controller()
export class AuditController {
  constructor(private readonly audit: AuditService) {}

  @Handles(auth.listEvents)
  @RequirePermissions('auth:audit:read')
  list(@Message() query: MessageOf<typeof auth.listEvents>) {
    return this.audit.list(query);
  }
}
