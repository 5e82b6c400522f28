import { Authenticated, CurrentUser, type Principal } from '@citadel/auth';
import { archives } from '@citadel/contracts';
import { Handles, Message } from '@citadel/platform';
import type { MessageOf } from '@citadel/protocol';
import { Controller } from '@nestjs/common';

import { ExportService } from './export.service.js';

@Controller()
export class ExportController {
  constructor(private readonly exports: ExportService) {}

  /** Whatever somebody may do otherwise: what is held about them is theirs to see. */
  @Handles(archives.exportMine)
  @Authenticated()
  mine(@Message() _message: MessageOf<typeof archives.exportMine>, @CurrentUser() user: Principal) {
    return this.exports.of(user);
  }
}
