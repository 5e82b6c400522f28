import type { Principal } from '@citadel/auth';
import type { archives } from '@citadel/contracts';
import { isCleared, type MessageOf } from '@citadel/protocol';
import { Injectable } from '@nestjs/common';

import { refuseClearance } from '../documents/document-policy.js';
import { findDocument, lockDocument, requireVersion, toReply } from '../documents/document-rows.js';
import { PrismaClient } from '../generated/prisma/client.js';
import { repeatVersion, writing } from '../versions/add-version.js';

/** How secret a document is. Each change of it is a version like any other: who changed it, and when, stays. */
@Injectable()
export class ClearanceService {
  constructor(private readonly prisma: PrismaClient) {}

  async change({ id, version, clearance }: MessageOf<typeof archives.changeClearance>, user: Principal) {
    return writing(this.prisma, async (transaction) => {
      const document = await lockDocument(transaction, id, 'read', user);
      const isRaised = !isCleared(document.clearance, clearance);
      if (isRaised) await lockDocument(transaction, id, 'write', user);
      const refusal = refuseClearance(document.clearance, clearance, user);
      if (refusal) throw refusal;
      requireVersion(document, version);
      if (clearance !== document.clearance) await repeatVersion(transaction, document, clearance, user.id);
      return toReply(await findDocument(transaction, id, user));
    });
  }
}
