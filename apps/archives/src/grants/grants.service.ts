import type { Principal } from '@citadel/auth';
import { type archives, problem } from '@citadel/contracts';
import type { MessageOf, ReplyOf } from '@citadel/protocol';
import { olderThan, pageOf } from '@citadel/platform';
import { Injectable } from '@nestjs/common';

import { lockDocument } from '../documents/document-rows.js';
import { type DocumentGrant, PrismaClient } from '../generated/prisma/client.js';
import { writing } from '../versions/add-version.js';

type Grantee = MessageOf<typeof archives.shareDocument>['to'];

/** What owners grant to others. A grant is never deleted but revoked, so that the table says who could read what when. */
@Injectable()
export class GrantsService {
  constructor(private readonly prisma: PrismaClient) {}

  /** Grants what is asked for instead of what the same user or role was granted before. */
  async share({ id, to, access }: MessageOf<typeof archives.shareDocument>, user: Principal) {
    return writing(this.prisma, async (transaction) => {
      await lockDocument(transaction, id, 'own', user);
      if (access === 'write') await lockDocument(transaction, id, 'write', user);
      const grantee = columnsOf(to);
      const before = await transaction.documentGrant.findFirst({
        where: { ...grantee, documentId: id, revokedAt: null },
      });
      if (before?.access === access) return toReply(before);
      if (before) await transaction.documentGrant.update({ where: { id: before.id }, data: revokedBy(user) });
      return toReply(
        await transaction.documentGrant.create({ data: { ...grantee, documentId: id, access, grantedBy: user.id } }),
      );
    });
  }

  async list({ id, limit, cursor }: MessageOf<typeof archives.listGrants>, user: Principal) {
    return this.prisma.$transaction(async (transaction) => {
      await lockDocument(transaction, id, 'own', user);
      const where = { documentId: id, ...olderThan(cursor) };
      const grants = await transaction.documentGrant.findMany({ where, orderBy: { id: 'desc' }, take: limit + 1 });
      return pageOf(grants.map(toReply), limit);
    });
  }

  async revoke({ id, grant }: MessageOf<typeof archives.revokeGrant>, user: Principal): Promise<null> {
    return this.prisma.$transaction(async (transaction) => {
      await lockDocument(transaction, id, 'own', user);
      const where = { id: grant, documentId: id, revokedAt: null };
      const { count } = await transaction.documentGrant.updateMany({ where, data: revokedBy(user) });
      if (count === 0) throw problem('grant-not-found');
      return null;
    });
  }
}

const revokedBy = ({ id }: Principal) => ({ revokedBy: id, revokedAt: new Date() });

const columnsOf = (to: Grantee) => ('user' in to ? { userId: to.user, role: null } : { userId: null, role: to.role });

function toReply({ id, userId, role, access, ...grant }: DocumentGrant): ReplyOf<typeof archives.shareDocument> {
  return {
    id,
    to: userId === null ? { role: role ?? '' } : { user: userId },
    access,
    grantedBy: grant.grantedBy,
    grantedAt: grant.grantedAt.toISOString(),
    revokedBy: grant.revokedBy,
    revokedAt: grant.revokedAt?.toISOString() ?? null,
  };
}
