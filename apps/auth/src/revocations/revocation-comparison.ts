import type { Revocation } from '@citadel/auth';
import { revocationKey, revocationOf } from '@citadel/auth/nats';
import { Injectable, Logger } from '@nestjs/common';

import { Prisma, PrismaClient } from '../generated/prisma/client.js';
import { PublicationService, type PublishedEntry } from '../publication/publication.service.js';

const BATCH = 1_000;
const EVERY_MS = 3_600_000;
/** Counts that differ are looked into, but not again and again: entries leave the two places at slightly other moments. */
const AT_MOST_EVERY_MS = 300_000;
/** What expires while the two are compared is not missing. */
const MARGIN_MS = 300_000;

type Counted = Extract<Revocation, { generation: number }>;

/**
 * Compares the whole bucket with the database, page by page: when the process starts, once in an hour, and when one holds
 * clearly more than the other. What only one of them knows never counts as no longer revoked:
 *
 * - what is missing in the bucket, or was written over, is published again
 * - a generation that is higher in the bucket is taken over by the database, as after the restore of a backup: otherwise
 *   new tokens would be refused for as long as services remember the entry
 * - what this service has not written is removed
 */
@Injectable()
export class RevocationComparison {
  private readonly logger = new Logger(RevocationComparison.name);
  private comparedAt: number | undefined;

  constructor(
    private readonly prisma: PrismaClient,
    private readonly publication: PublicationService,
  ) {}

  async compareIfDue(): Promise<void> {
    const since = this.comparedAt === undefined ? Infinity : performance.now() - this.comparedAt;
    if (since < AT_MOST_EVERY_MS || (since < EVERY_MS && !(await this.isSizeOdd()))) return;
    await this.compare();
    this.comparedAt = performance.now();
  }

  async compare(): Promise<void> {
    const { id } = await this.publication.revocationBucket();
    const expiresAt = { gt: new Date(Date.now() + MARGIN_MS) };
    let found = 0;
    for await (const page of this.publication.publishedRevocations(BATCH)) {
      const keys = page.map(({ key }) => key);
      await this.heal(page, keys);
      found += await this.prisma.revocation.count({ where: { key: { in: keys }, expiresAt } });
    }
    const stored = await this.prisma.revocation.count({ where: { publishedIn: id, expiresAt } });
    if (stored <= found) return;
    this.logger.error(`The bucket of revocations has lost ${stored - found} entries; all are published again`);
    for (let left = 1; left > 0;)
      left = await this.prisma.$executeRaw`
        UPDATE revocations SET published_in = NULL
        WHERE key IN (SELECT key FROM revocations WHERE published_in = ${id} LIMIT ${10 * BATCH})`;
  }

  private async isSizeOdd(): Promise<boolean> {
    const { entries } = await this.publication.revocationBucket();
    const stored = await this.prisma.revocation.count();
    return Math.abs(entries - stored) > Math.max(100, stored / 100);
  }

  private async heal(page: readonly PublishedEntry[], keys: readonly string[]): Promise<void> {
    await this.takeOver(page.map(({ revocation }) => revocation).filter(isCounted));
    const rows = await this.prisma.revocation.findMany({ where: { key: { in: [...keys] } } });
    const stored = new Map(rows.map(({ key, generation }) => [key, revocationOf(key, generation)]));
    const isGood = ({ key, value }: PublishedEntry) => {
      const revocation = stored.get(key);
      return !revocation || value === this.publication.valueOfRevocation(revocation);
    };
    const outdated = page.filter((entry) => !isGood(entry)).map(({ key }) => key);
    if (outdated.length > 0)
      await this.prisma.revocation.updateMany({ where: { key: { in: outdated } }, data: { publishedIn: null } });
    const foreign = page.filter(({ key, revocation }) => !revocation && !stored.has(key));
    for (const { key, revision } of foreign) await this.publication.removeRevocation(key, revision);
    if (outdated.length + foreign.length > 0)
      this.logger.warn(`Bucket of revocations: ${outdated.length} entries replaced, ${foreign.length} removed`);
  }

  /** Raises what is lower in the database than what this service has published before. */
  private async takeOver(counted: readonly Counted[]): Promise<void> {
    if (counted.length === 0) return;
    const subjects = counted.filter((entry) => entry.kind === 'subject');
    const all = counted.find(({ kind }) => kind === 'everybody')?.generation ?? 0;
    const raised = await Promise.all(
      [
        Prisma.sql`UPDATE realm SET generation = ${all} WHERE generation < ${all}`,
        Prisma.sql`UPDATE users SET generation = found.generation FROM ${asTable(subjects, ({ id }) => id)}
          WHERE users.id = found.key::uuid AND users.generation < found.generation`,
        Prisma.sql`UPDATE revocations SET generation = found.generation FROM ${asTable(counted, revocationKey)}
          WHERE revocations.key = found.key AND revocations.generation < found.generation`,
      ].map((statement) => this.prisma.$executeRaw(statement)),
    );
    const count = raised.reduce((sum, one) => sum + one, 0);
    if (count > 0) this.logger.warn(`${count} generations were lower than what is published, and were raised`);
  }
}

function asTable<T extends Counted>(entries: readonly T[], keyOf: (entry: T) => string): Prisma.Sql {
  const generations = entries.map(({ generation }) => generation);
  return Prisma.sql`unnest(${entries.map(keyOf)}::text[], ${generations}::int[]) AS found (key, generation)`;
}

const isCounted = (revocation: Revocation | undefined): revocation is Counted =>
  revocation !== undefined && 'generation' in revocation;
