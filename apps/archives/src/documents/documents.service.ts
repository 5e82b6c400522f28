import type { Principal } from '@citadel/auth';
import { type archives, problem } from '@citadel/contracts';
import type { MessageOf, ReplyOf } from '@citadel/protocol';
import { olderThan, pageOf } from '@citadel/platform';
import { Injectable } from '@nestjs/common';

import { PrismaClient } from '../generated/prisma/client.js';
import { mayFile, readableBy } from './document-policy.js';

type DocumentReply = ReplyOf<typeof archives.readDocument>;

@Injectable()
export class DocumentsService {
  constructor(private readonly prisma: PrismaClient) {}

  async file(request: MessageOf<typeof archives.fileDocument>, user: Principal): Promise<DocumentReply> {
    const { title, body, clearance } = request;
    if (!mayFile(clearance, user)) {
      throw problem('insufficient-clearance', { detail: `You are cleared up to "${user.clearance}"` });
    }
    const document = await this.prisma.document.create({ data: { ownerId: user.id, title, body, clearance } });
    return toReply(document);
  }

  async list({ limit, cursor }: MessageOf<typeof archives.listDocuments>, user: Principal) {
    const documents = await this.prisma.document.findMany({
      where: { AND: [readableBy(user), olderThan(cursor)] },
      omit: { body: true },
      orderBy: { id: 'desc' },
      take: limit + 1,
    });
    return pageOf(documents.map(toReply), limit);
  }

  /** What somebody may not read is not there, so that nobody learns what exists. */
  async read(id: string, user: Principal): Promise<DocumentReply> {
    const document = await this.prisma.document.findFirst({ where: { AND: [readableBy(user), { id }] } });
    if (!document) throw problem('document-not-found');
    return toReply(document);
  }
}

function toReply<T extends { readonly createdAt: Date }>(row: T): Omit<T, 'createdAt'> & { createdAt: string } {
  return { ...row, createdAt: row.createdAt.toISOString() };
}
