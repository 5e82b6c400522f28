import { CurrentUser, type Principal, RequirePermissions } from '@citadel/auth';
import { archives } from '@citadel/contracts';
import type { MessageOf } from '@citadel/protocol';
import { Handles, Message } from '@citadel/platform';
import { Controller } from '@nestjs/common';

import { DeletionService } from './deletion.service.js';

@Controller()
export class DeletionController {
  constructor(private readonly deletion: DeletionService) {}

  @Handles(archives.deleteDocument)
  @RequirePermissions('archives:documents:file')
  delete(@Message() request: MessageOf<typeof archives.deleteDocument>, @CurrentUser() user: Principal) {
    return this.deletion.delete(request, user);
  }

  @Handles(archives.listDeletedDocuments)
  @RequirePermissions('archives:documents:read')
  list(@Message() request: MessageOf<typeof archives.listDeletedDocuments>, @CurrentUser() user: Principal) {
    return this.deletion.list(request, user);
  }

  @Handles(archives.restoreDocument)
  @RequirePermissions('archives:documents:file')
  restore(@Message() { id }: MessageOf<typeof archives.restoreDocument>, @CurrentUser() user: Principal) {
    return this.deletion.restore(id, user);
  }
}
