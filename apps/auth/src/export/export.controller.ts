import { Authenticated, CurrentUser, type Principal } from '@citadel/auth';
import { auth } from '@citadel/contracts';
import { Handles, Message } from '@citadel/platform';
import type { MessageOf } from '@citadel/protocol';
import { Controller } from '@nestjs/common';

import { ExportService } from './export.service.js';

@Controller()
export class ExportController {
  constructor(private readonly exports: ExportService) {}

  @Handles(auth.exportMe)
  @Authenticated()
  me(@Message() _message: MessageOf<typeof auth.exportMe>, @CurrentUser() user: Principal) {
    return this.exports.of(user);
  }
}
