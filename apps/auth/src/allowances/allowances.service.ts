import { problem } from '@citadel/contracts';
import type { Problem } from '@citadel/protocol';
import { Injectable } from '@nestjs/common';

import { Prisma, PrismaClient } from '../generated/prisma/client.js';
import { ALLOWANCES, type AllowanceKind, spend } from './allowance.js';

/** Limits how often a user or a session may do what costs much. Nothing here depends on a right guess. */
@Injectable()
export class AllowancesService {
  constructor(private readonly prisma: PrismaClient) {}

  /** @throws Problem `too-many-requests` if this user or session has nothing left of it for now */
  async spend(kind: AllowanceKind, id: string): Promise<void> {
    const rows = await this.prisma.$queryRaw<unknown[]>(spend(kind, Prisma.sql`${id}::text`));
    if (rows.length === 0) throw tooMany(kind);
  }

  /** What has grown again in full is as good as not there. */
  async forgetOld(): Promise<void> {
    await this.prisma.allowance.deleteMany({ where: { spentUntil: { lt: new Date() } } });
  }
}

/** With the time after which there is one more at the latest. */
export function tooMany(kind: AllowanceKind): Problem {
  const retryAfter = ALLOWANCES[kind].every;
  return problem('too-many-requests', { detail: `Try again in ${retryAfter} seconds`, retryAfter });
}
