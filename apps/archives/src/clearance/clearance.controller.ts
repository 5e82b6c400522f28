import { CurrentUser, type Principal, RequirePermissions } from '@citadel/auth';
import { archives } from '@citadel/contracts';
import type { MessageOf } from '@citadel/protocol';
import { Handles, Message } from '@citadel/platform';
import { Controller } from '@nestjs/common';

import { ClearanceService } from './clearance.service.js';

@Controller()
export class ClearanceController {
  constructor(private readonly clearance: ClearanceService) {}

  /** To lower it, archives:documents:declassify is needed as well; to raise it, the right to write. */
  @Handles(archives.changeClearance)
  @RequirePermissions('archives:documents:read')
  change(@Message() request: MessageOf<typeof archives.changeClearance>, @CurrentUser() user: Principal) {
    return this.clearance.change(request, user);
  }
}
