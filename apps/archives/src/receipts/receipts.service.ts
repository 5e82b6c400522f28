import { treasuryEvents } from '@citadel/contracts';
import { Consumes } from '@citadel/platform';
import type { EventOf } from '@citadel/protocol';
import { Injectable, Logger } from '@nestjs/common';

import { Prisma } from '../generated/prisma/client.js';
import { addVersion, ALLOWED_BYTES } from '../versions/add-version.js';
import { receiptFor } from './receipt.js';

type Transfer = EventOf<typeof treasuryEvents.transferSettled>;

/** What a receipt may need of its owner's allowance. */
const ROOM = 4_096;

/** Files a receipt for each transfer among the documents of the person who paid. */
@Injectable()
export class ReceiptsService {
  private readonly logger = new Logger(ReceiptsService.name);

  @Consumes(treasuryEvents.transferSettled)
  async fileReceipt(transfer: Transfer, transaction: Prisma.TransactionClient): Promise<void> {
    const { payer: ownerId, createdBy: authorId } = transfer;
    // Money that was issued has no payer.
    if (ownerId === null) return;
    const held = await transaction.holding.findUnique({ where: { ownerId } });
    if (held && held.bytes + BigInt(ROOM) > ALLOWED_BYTES) {
      // The transfer stays on the statement; a receipt must not hold up those of others.
      this.logger.warn(`No receipt is filed for transfer ${transfer.id}: its payer has no room left for documents`);
      return;
    }
    const { id } = await transaction.document.create({
      data: { ownerId, transferId: transfer.id },
      select: { id: true },
    });
    await addVersion(transaction, { ...receiptFor(transfer), documentId: id, authorId });
  }
}
