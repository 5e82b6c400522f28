import { CurrentUser, type Principal, RequirePermissions } from '@citadel/auth';
import { treasury } from '@citadel/contracts';
import type { MessageOf } from '@citadel/protocol';
import { Handles, Message } from '@citadel/platform';
import { Controller } from '@nestjs/common';

import { StatementsService } from './statements.service.js';

@Controller()
export class StatementsController {
  constructor(private readonly statements: StatementsService) {}

  @Handles(treasury.listPostings)
  @RequirePermissions('treasury:accounts:read')
  list(@Message() request: MessageOf<typeof treasury.listPostings>, @CurrentUser() user: Principal) {
    return this.statements.list(request, user);
  }
}
