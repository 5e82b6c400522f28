import { randomInt, randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';

import { Prisma, PrismaClient } from '../generated/prisma/client.js';
import { type AttemptLimit, COUNTED_DEVICES, DEVICE_LIFETIME } from './attempt-limits.js';

/** An attempt that was let through, and under which keys it counts. */
export interface Admission {
  readonly id: string;
  readonly keys: readonly string[];
}

export interface Refusal {
  readonly limit: AttemptLimit;
  /** Seconds after which it is worth trying again. */
  readonly retryAfter: number;
  /** Whether it is the first one during a delay. */
  readonly isFirst: boolean;
  /** How many were refused during the delay before this one. */
  readonly refusedBefore: number;
}

interface Count {
  readonly isAdmitted: boolean;
  /** Seconds until the next attempt is admitted. */
  readonly wait: number;
  readonly refused: number;
  readonly refusedBefore: number;
}

/** Counts attempts in the database, so that all replicas share one count and a restart forgets nothing. */
@Injectable()
export class AttemptsService {
  constructor(private readonly prisma: PrismaClient) {}

  /**
   * Counts an attempt before it is made, so that a hundred at once are a hundred and not one. The first limit that
   * refuses ends the count: behind it nothing is used up.
   */
  async begin(limits: readonly AttemptLimit[]): Promise<Admission | Refusal> {
    const id = randomUUID();
    for (const limit of limits) {
      const { isAdmitted, wait, refused, refusedBefore } = await this.count(limit, id);
      if (isAdmitted) continue;
      return { limit, retryAfter: retryAfter(limit, wait), isFirst: refused === 1, refusedBefore };
    }
    return { id, keys: limits.map(({ key }) => key) };
  }

  /**
   * Takes back an attempt that succeeded, with the delay that it began. Nothing else is forgiven: a stranger whose count
   * was reset by the owner's login would learn that there is an owner.
   */
  async succeeded({ id, keys }: Admission): Promise<void> {
    // In one order, so that two logins that share some of their keys never wait for each other.
    await this.prisma.$executeRaw(Prisma.sql`
      UPDATE attempts SET failures = GREATEST(attempts.failures - 1, 0),
        blocked_until = CASE WHEN attempts.admitted = ${id}::uuid THEN NULL ELSE attempts.blocked_until END
      FROM (SELECT key FROM attempts WHERE key = ANY(${keys}) ORDER BY key FOR UPDATE) AS own
      WHERE attempts.key = own.key`);
    await this.prisma.attempt.deleteMany({ where: { key: { in: [...keys] }, failures: 0, blockedUntil: null } });
  }

  async forgive({ key }: AttemptLimit): Promise<void> {
    await this.prisma.attempt.deleteMany({ where: { key } });
  }

  async forgetOld(): Promise<void> {
    await this.prisma.$executeRaw(Prisma.sql`
      DELETE FROM attempts WHERE last_at < now() - CASE WHEN key LIKE 'device:%'
        THEN make_interval(secs => ${DEVICE_LIFETIME}) ELSE make_interval(secs => 3600) END`);
    // Whoever has an account can log in and fail for as long as they like, and must not fill the table with devices.
    await this.prisma.$executeRaw(Prisma.sql`
      DELETE FROM attempts USING (
        SELECT key, row_number() OVER (PARTITION BY split_part(key, ':', 2) ORDER BY last_at DESC) AS place
        FROM attempts WHERE key LIKE 'device:%') AS devices
      WHERE attempts.key = devices.key AND devices.place > ${COUNTED_DEVICES}`);
  }

  private async count({ key, ...limit }: AttemptLimit, id: string): Promise<Count> {
    const isBlocked = Prisma.sql`COALESCE(attempts.blocked_until > statement_timestamp(), false)`;
    const isForgiven = Prisma.sql`
      attempts.last_at < statement_timestamp() - make_interval(secs => ${limit.forgivenAfter})`;
    const failures = Prisma.sql`CASE WHEN ${isForgiven} THEN 1 ELSE LEAST(attempts.failures + 1, 1000) END`;
    const doubled = Prisma.sql`power(2, LEAST(${failures} - ${limit.free}::int - 1, 20))`;
    const delay = Prisma.sql`LEAST(${limit.longest}::float8, ${limit.shortest}::float8 * ${doubled})`;
    const [count] = await this.prisma.$queryRaw<Count[]>(Prisma.sql`
      INSERT INTO attempts (key, failures, last_at, admitted)
      VALUES (${key}, 1, statement_timestamp(), ${id}::uuid)
      ON CONFLICT (key) DO UPDATE SET
        last_at = CASE WHEN ${isBlocked} THEN attempts.last_at ELSE statement_timestamp() END,
        failures = CASE WHEN ${isBlocked} THEN attempts.failures ELSE ${failures} END,
        admitted = CASE WHEN ${isBlocked} THEN attempts.admitted ELSE ${id}::uuid END,
        refused = CASE WHEN ${isBlocked} THEN LEAST(attempts.refused + 1, 1000000000) ELSE 0 END,
        refused_before = CASE WHEN ${isBlocked} THEN attempts.refused_before ELSE attempts.refused END,
        blocked_until = CASE
          WHEN ${isBlocked} THEN attempts.blocked_until
          WHEN ${failures} > ${limit.free}::int THEN statement_timestamp() + make_interval(secs => ${delay})
        END
      RETURNING admitted = ${id}::uuid AS "isAdmitted", refused, refused_before AS "refusedBefore",
        COALESCE(EXTRACT(EPOCH FROM blocked_until - statement_timestamp()), 0)::float8 AS wait`);
    if (!count) throw new Error('PostgreSQL counted an attempt and returned no row');
    return count;
  }
}

function retryAfter({ longest, hidesItsEnd }: AttemptLimit, wait: number): number {
  return hidesItsEnd ? randomInt(longest, longest + 30) : Math.max(Math.ceil(wait), 1);
}
