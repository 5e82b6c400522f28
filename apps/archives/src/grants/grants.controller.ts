import { CurrentUser, type Principal, RequirePermissions } from '@citadel/auth';
import { archives } from '@citadel/contracts';
import type { MessageOf } from '@citadel/protocol';
import { Handles, Message } from '@citadel/platform';
import { Controller } from '@nestjs/common';

import { GrantsService } from './grants.service.js';

@Controller()
export class GrantsController {
  constructor(private readonly grants: GrantsService) {}

  /** To grant writing, archives:documents:file is needed as well: a user cannot grant what they may not do themselves. */
  @Handles(archives.shareDocument)
  @RequirePermissions('archives:documents:read')
  share(@Message() request: MessageOf<typeof archives.shareDocument>, @CurrentUser() user: Principal) {
    return this.grants.share(request, user);
  }

  @Handles(archives.listGrants)
  @RequirePermissions('archives:documents:read')
  list(@Message() request: MessageOf<typeof archives.listGrants>, @CurrentUser() user: Principal) {
    return this.grants.list(request, user);
  }

  @Handles(archives.revokeGrant)
  @RequirePermissions('archives:documents:read')
  revoke(@Message() request: MessageOf<typeof archives.revokeGrant>, @CurrentUser() user: Principal) {
    return this.grants.revoke(request, user);
  }
}
