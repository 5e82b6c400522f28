import { CurrentUser, type Principal, RequirePermissions, RequireRecentLogin } from '@citadel/auth';
import { treasury } from '@citadel/contracts';
import type { MessageOf } from '@citadel/protocol';
import { Handles, Message, ResourceId } from '@citadel/platform';
import { Controller } from '@nestjs/common';

import { TransferReader } from './transfer-reader.js';
import { TransfersService } from './transfers.service.js';

@Controller()
export class TransfersController {
  constructor(
    private readonly transfers: TransfersService,
    private readonly reader: TransferReader,
  ) {}

  @Handles(treasury.listTransfers)
  @RequirePermissions('treasury:transfers:read')
  list(@Message() request: MessageOf<typeof treasury.listTransfers>, @CurrentUser() user: Principal) {
    return this.reader.list(request, user);
  }

  @Handles(treasury.findTransfer)
  @RequirePermissions('treasury:transfers:read')
  find(@Message() { id }: MessageOf<typeof treasury.findTransfer>, @CurrentUser() user: Principal) {
    return this.reader.find(id, user);
  }

  @Handles(treasury.transfer)
  @RequirePermissions('treasury:transfers:create')
  transfer(
    @Message() { idempotencyKey: _, ...order }: MessageOf<typeof treasury.transfer>,
    @CurrentUser() user: Principal,
    @ResourceId() id: string | undefined,
  ) {
    return this.transfers.transfer({ ...(id === undefined ? {} : { id }), ...order }, user);
  }

  @Handles(treasury.drawFromVault)
  @RequirePermissions('treasury:vault:draw')
  @RequireRecentLogin(15)
  draw(
    @Message() { idempotencyKey: _, ...order }: MessageOf<typeof treasury.drawFromVault>,
    @CurrentUser() user: Principal,
    @ResourceId() id: string | undefined,
  ) {
    return this.transfers.draw({ ...(id === undefined ? {} : { id }), ...order }, user);
  }
}
