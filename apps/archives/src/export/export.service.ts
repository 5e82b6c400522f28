import type { Principal } from '@citadel/auth';
import type { archives } from '@citadel/contracts';
import type { ReplyOf } from '@citadel/protocol';
import { Injectable } from '@nestjs/common';

import { levelsOf } from '../documents/document-policy.js';
import { toReply } from '../documents/document-rows.js';
import { PrismaClient } from '../generated/prisma/client.js';

/** Of each kind: what all services say together has to fit into one message (2 MB), however long its texts are. */
const MOST = 200;

@Injectable()
export class ExportService {
  constructor(private readonly prisma: PrismaClient) {}

  /** Documents that were raised beyond their owner's clearance are left out, as everywhere. */
  async of(user: Principal): Promise<ReplyOf<typeof archives.exportMine>> {
    const newest = { orderBy: { id: 'desc' }, take: MOST + 1 } as const;
    const [documents, grants] = await Promise.all([
      this.prisma.document.findMany({ where: { ownerId: user.id, clearance: { in: levelsOf(user) } }, ...newest }),
      this.prisma.documentGrant.findMany({ where: { userId: user.id }, ...newest }),
    ]);
    return {
      documents: documents.slice(0, MOST).map(({ bytes: _, deletedAt, ...document }) => ({
        ...toReply(document),
        deletedAt: deletedAt?.toISOString() ?? null,
      })),
      grants: grants.slice(0, MOST).map(({ documentId, access, grantedBy, grantedAt, revokedAt }) => ({
        ...{ documentId, access, grantedBy },
        grantedAt: grantedAt.toISOString(),
        revokedAt: revokedAt?.toISOString() ?? null,
      })),
      isComplete: documents.length <= MOST && grants.length <= MOST,
    };
  }
}
