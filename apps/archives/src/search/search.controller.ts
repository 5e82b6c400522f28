import { CurrentUser, type Principal, RequirePermissions } from '@citadel/auth';
import { archives } from '@citadel/contracts';
import type { MessageOf } from '@citadel/protocol';
import { Handles, Message } from '@citadel/platform';
import { Controller } from '@nestjs/common';

import { SearchService } from './search.service.js';

@Controller()
export class SearchController {
  constructor(private readonly searches: SearchService) {}

  @Handles(archives.searchDocuments)
  @RequirePermissions('archives:documents:read')
  search(@Message() request: MessageOf<typeof archives.searchDocuments>, @CurrentUser() user: Principal) {
    return this.searches.search(request, user);
  }
}
