import { RequirePermissions } from '@citadel/auth';
import { auth } from '@citadel/contracts';
import type { MessageOf } from '@citadel/protocol';
import { Handles, Message } from '@citadel/platform';
import { Controller } from '@nestjs/common';

import { AccessService } from './access.service.js';

@Controller()
export class AccessController {
  constructor(private readonly access: AccessService) {}

  @Handles(auth.explainAccess)
  @RequirePermissions('auth:access:explain')
  explain(@Message() question: MessageOf<typeof auth.explainAccess>) {
    return this.access.explain(question);
  }
}
