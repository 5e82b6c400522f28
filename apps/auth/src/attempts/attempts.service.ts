import { randomUUID } from 'node:crypto';
import { problem } from '@citadel/contracts';
import { Injectable } from '@nestjs/common';

import { Prisma, PrismaClient } from '../generated/prisma/client.js';
import type { AttemptLimit } from './attempt-limits.js';

/** Seconds without an attempt after which everything is forgiven. */
const FORGIVEN_AFTER = 3_600;

interface Verdict {
  readonly isAdmitted: boolean;
  /** Seconds until the next attempt is admitted. */
  readonly wait: number;
}

/** Counts attempts in the database, so that all replicas share one count and a restart forgets nothing. */
@Injectable()
export class AttemptsService {
  constructor(private readonly prisma: PrismaClient) {}

  /**
   * Counts an attempt before it is made, so that a hundred at once are a hundred and not one. After the free ones each
   * delay is twice the one before. The first limit that refuses ends the count: behind it nothing is used up.
   *
   * @throws Problem `too-many-requests` with the seconds to wait
   */
  async begin(limits: readonly AttemptLimit[]): Promise<void> {
    for (const limit of limits) {
      const { isAdmitted, wait } = await this.count(limit);
      if (isAdmitted) continue;
      const retryAfter = Math.max(Math.ceil(wait), 1);
      throw problem('too-many-requests', { detail: `Try again in ${String(retryAfter)} seconds`, retryAfter });
    }
  }

  /** A success: the account is forgiven; the address gets back this one attempt, because others are guessed from it too. */
  async succeeded(limits: readonly AttemptLimit[]): Promise<void> {
    const keys = limits.map(({ key }) => key);
    const ofAddress = keys.filter((key) => key.startsWith('address:'));
    await this.prisma.$transaction([
      this.prisma.attempt.deleteMany({ where: { key: { in: keys.filter((key) => !ofAddress.includes(key)) } } }),
      this.prisma.attempt.updateMany({
        where: { key: { in: ofAddress }, failures: { gt: 0 } },
        data: { failures: { decrement: 1 } },
      }),
    ]);
  }

  async forgetOld(): Promise<void> {
    await this.prisma.attempt.deleteMany({ where: { lastAt: { lt: new Date(Date.now() - FORGIVEN_AFTER * 1000) } } });
  }

  private async count({ key, free, longest }: AttemptLimit): Promise<Verdict> {
    const attempt = randomUUID();
    const isBlocked = Prisma.sql`COALESCE(attempts.blocked_until > statement_timestamp(), false)`;
    const isForgiven = Prisma.sql`attempts.last_at < statement_timestamp() - make_interval(secs => ${FORGIVEN_AFTER})`;
    const failures = Prisma.sql`CASE WHEN ${isForgiven} THEN 1 ELSE LEAST(attempts.failures + 1, 1000) END`;
    const delay = Prisma.sql`LEAST(${longest}::float8, power(2, LEAST(${failures} - ${free}::int - 1, 20)))`;
    const [verdict] = await this.prisma.$queryRaw<Verdict[]>(Prisma.sql`
      INSERT INTO attempts (key, failures, last_at, admitted)
      VALUES (${key}, 1, statement_timestamp(), ${attempt}::uuid)
      ON CONFLICT (key) DO UPDATE SET
        last_at = CASE WHEN ${isBlocked} THEN attempts.last_at ELSE statement_timestamp() END,
        failures = CASE WHEN ${isBlocked} THEN attempts.failures ELSE ${failures} END,
        admitted = CASE WHEN ${isBlocked} THEN attempts.admitted ELSE ${attempt}::uuid END,
        blocked_until = CASE
          WHEN ${isBlocked} THEN attempts.blocked_until
          WHEN ${failures} > ${free}::int THEN statement_timestamp() + make_interval(secs => ${delay})
        END
      RETURNING admitted = ${attempt}::uuid AS "isAdmitted",
        COALESCE(EXTRACT(EPOCH FROM blocked_until - statement_timestamp()), 0)::float8 AS wait`);
    if (!verdict) throw new Error('PostgreSQL counted an attempt and did not say so');
    return verdict;
  }
}
