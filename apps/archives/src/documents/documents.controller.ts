import { CurrentUser, type Principal, RequirePermissions } from '@citadel/auth';
import { archives } from '@citadel/contracts';
import type { MessageOf } from '@citadel/protocol';
import { Handles, Message } from '@citadel/platform';
import { Controller } from '@nestjs/common';

import { DocumentsService } from './documents.service.js';

@Controller()
export class DocumentsController {
  constructor(private readonly documents: DocumentsService) {}

  @Handles(archives.fileDocument)
  @RequirePermissions('archives:documents:file')
  file(@Message() request: MessageOf<typeof archives.fileDocument>, @CurrentUser() user: Principal) {
    return this.documents.file(request, user);
  }

  @Handles(archives.listDocuments)
  @RequirePermissions('archives:documents:read')
  list(@Message() request: MessageOf<typeof archives.listDocuments>, @CurrentUser() user: Principal) {
    return this.documents.list(request, user);
  }

  @Handles(archives.readDocument)
  @RequirePermissions('archives:documents:read')
  read(@Message() { id }: MessageOf<typeof archives.readDocument>, @CurrentUser() user: Principal) {
    return this.documents.read(id, user);
  }

  @Handles(archives.changeDocument)
  @RequirePermissions('archives:documents:file')
  change(@Message() request: MessageOf<typeof archives.changeDocument>, @CurrentUser() user: Principal) {
    return this.documents.change(request, user);
  }
}
