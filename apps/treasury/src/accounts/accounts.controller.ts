import { CurrentUser, type Principal, RequirePermissions } from '@citadel/auth';
import { treasury } from '@citadel/contracts';
import type { MessageOf } from '@citadel/protocol';
import { Handles, Message } from '@citadel/platform';
import { Controller } from '@nestjs/common';

import { AccountStatesService } from './account-states.service.js';
import { AccountsService } from './accounts.service.js';

@Controller()
export class AccountsController {
  constructor(
    private readonly accounts: AccountsService,
    private readonly states: AccountStatesService,
  ) {}

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

  @Handles(treasury.freezeAccount)
  @RequirePermissions('treasury:accounts:freeze')
  freeze(@Message() { id }: MessageOf<typeof treasury.freezeAccount>, @CurrentUser() user: Principal) {
    return this.states.setFrozen(id, true, user);
  }

  @Handles(treasury.unfreezeAccount)
  @RequirePermissions('treasury:accounts:freeze')
  unfreeze(@Message() { id }: MessageOf<typeof treasury.unfreezeAccount>, @CurrentUser() user: Principal) {
    return this.states.setFrozen(id, false, user);
  }

  @Handles(treasury.closeAccount)
  @RequirePermissions('treasury:accounts:open')
  close(@Message() { id }: MessageOf<typeof treasury.closeAccount>, @CurrentUser() user: Principal) {
    return this.states.close(id, user);
  }
}
