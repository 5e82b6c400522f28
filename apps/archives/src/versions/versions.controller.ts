import { CurrentUser, type Principal, RequirePermissions } from '@citadel/auth';
import { archives } from '@citadel/contracts';
import type { MessageOf } from '@citadel/protocol';
import { Handles, Message } from '@citadel/platform';
import { Controller } from '@nestjs/common';

import { VersionsService } from './versions.service.js';

@Controller()
export class VersionsController {
  constructor(private readonly versions: VersionsService) {}

  @Handles(archives.listVersions)
  @RequirePermissions('archives:documents:read')
  list(@Message() request: MessageOf<typeof archives.listVersions>, @CurrentUser() user: Principal) {
    return this.versions.list(request, user);
  }

  @Handles(archives.readVersion)
  @RequirePermissions('archives:documents:read')
  read(@Message() request: MessageOf<typeof archives.readVersion>, @CurrentUser() user: Principal) {
    return this.versions.read(request, user);
  }
}
