import { Authenticated, CurrentUser, type Principal } from '@citadel/auth';
import { treasury } from '@citadel/contracts';
import { Handles, Message } from '@citadel/platform';
import type { MessageOf } from '@citadel/protocol';
import { Controller } from '@nestjs/common';

import { ExportService } from './export.service.js';

@Controller()
export class ExportController {
  constructor(private readonly exports: ExportService) {}

  /** Whatever somebody may do otherwise: what is held about them is theirs to see. */
  @Handles(treasury.exportMine)
  @Authenticated()
  mine(@Message() _message: MessageOf<typeof treasury.exportMine>, @CurrentUser() user: Principal) {
    return this.exports.of(user.id);
  }
}
