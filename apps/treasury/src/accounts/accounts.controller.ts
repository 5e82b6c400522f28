import { CurrentUser, type Principal, RequirePermissions } from '@citadel/auth';
import { treasury } from '@citadel/contracts';
import type { MessageOf } from '@citadel/protocol';
import { Handles, Message } from '@citadel/platform';
import { Controller } from '@nestjs/common';

import { AccountsService } from './accounts.service.js';

@Controller()
export class AccountsController {
  constructor(private readonly accounts: AccountsService) {}

  @Handles(treasury.openAccount)
  @RequirePermissions('treasury:accounts:open')
  open(@Message() request: MessageOf<typeof treasury.openAccount>, @CurrentUser() user: Principal) {
    return this.accounts.open(request, user);
  }

  @Handles(treasury.listAccounts)
  @RequirePermissions('treasury:accounts:read')
  list(@Message() request: MessageOf<typeof treasury.listAccounts>, @CurrentUser() user: Principal) {
    return this.accounts.list(request, user);
  }

  @Handles(treasury.findAccount)
  @RequirePermissions('treasury:accounts:read')
  find(@Message() { id }: MessageOf<typeof treasury.findAccount>, @CurrentUser() user: Principal) {
    return this.accounts.find(id, user);
  }
}
