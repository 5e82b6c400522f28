import type { Principal } from '@citadel/auth';
import { type archives, problem } from '@citadel/contracts';
import type { MessageOf } from '@citadel/protocol';
import { Injectable } from '@nestjs/common';

import { isOpenTo } from '../documents/document-policy.js';
import { SUMMARY, type SummaryRow, toReply } from '../documents/document-rows.js';
import { Prisma, PrismaClient } from '../generated/prisma/client.js';
import { readQuery, snippetOf } from './search-query.js';

type Search = MessageOf<typeof archives.searchDocuments>;
type Filters = Omit<Search, 'query' | 'limit' | 'offset'>;

interface Match {
  readonly id: string;
  readonly rank: number;
}

/** The newest of all that match are ranked, and no others: so the work for a word that is everywhere is bounded. */
const MOST = 1000;
/** Milliseconds. */
const PATIENCE = 1000;
/** Letters from the beginning of a text in which a snippet is looked for. */
const LOOKED_AT = 32_768;

/** Finds documents by their words, and only those that their reader may see: in the items, the snippets and the count. */
@Injectable()
export class SearchService {
  constructor(private readonly prisma: PrismaClient) {}

  async search(request: Search, user: Principal) {
    const { offset, limit } = request;
    const { text, words } = readQuery(request.query ?? '');
    await this.requireWords(text);
    const matches = await this.matches(text, request, user);
    const page = matches.slice(offset, offset + limit);
    const items = await this.shown(page, words, user);
    return { items, total: matches.length, nextOffset: matches.length > offset + limit ? offset + limit : null };
  }

  /** What an index cannot find, such as everything without a word, would be looked for in every document. */
  private async requireWords(text: string): Promise<void> {
    const [row] = await this.prisma.$queryRaw<{ tree: string }[]>(
      Prisma.sql`SELECT querytree(${queryOf(text)}) AS tree`,
    );
    if (row?.tree === '' || row?.tree === 'T') throw problem('search-without-words');
  }

  private async matches(text: string, filters: Filters, user: Principal): Promise<Match[]> {
    const ranked = this.prisma.$queryRaw<Match[]>(rankedMatches(text, filters, user));
    const patience = this.prisma.$executeRaw(Prisma.raw(`SET LOCAL statement_timeout = ${PATIENCE}`));
    const [, matches] = await this.prisma.$transaction([patience, ranked]).catch(refuseIfTooLong);
    return matches;
  }

  private async shown(page: readonly Match[], words: ReadonlySet<string>, user: Principal) {
    const ids = page.map(({ id }) => id);
    const rows = await this.prisma.$queryRaw<(SummaryRow & { readonly beginning: string })[]>(Prisma.sql`
      SELECT ${SUMMARY}, left(v.body, ${LOOKED_AT}) AS beginning
      FROM documents d JOIN document_versions v ON v.document_id = d.id AND v.number = d.version
      WHERE d.id = ANY(${ids}::uuid[]) AND ${isOpenTo(user, 'read')}`);
    return page.flatMap(({ id, rank }) =>
      rows
        .filter((row) => row.id === id)
        .map(({ beginning, ...row }) => ({ ...toReply(row), rank, snippet: snippetOf(beginning, words) })),
    );
  }
}

/** The first step asks for no order, so that nothing but the index of words is worth walking through. */
export const rankedMatches = (text: string, filters: Filters, user: Principal) => Prisma.sql`
  WITH found AS MATERIALIZED (
    SELECT d.id FROM documents d WHERE d.search @@ ${queryOf(text)} AND ${isOpenTo(user, 'read')} ${matching(filters)}
  ), newest AS (SELECT id FROM found ORDER BY id DESC LIMIT ${MOST})
  SELECT d.id, ts_rank(d.search, ${queryOf(text)}, 1)::float8 AS rank FROM newest JOIN documents d USING (id)
  ORDER BY rank DESC, d.id DESC`;

const queryOf = (text: string) => Prisma.sql`websearch_to_tsquery('simple', ${text})`;

function matching({ tag, clearance, owner, changedFrom, changedBefore }: Filters): Prisma.Sql {
  const conditions = [
    tag !== undefined && Prisma.sql`AND d.tags @> ARRAY[${tag}]::text[]`,
    clearance !== undefined && Prisma.sql`AND d.clearance = ${clearance}::clearance`,
    owner !== undefined && Prisma.sql`AND d.owner_id = ${owner}::uuid`,
    changedFrom !== undefined && Prisma.sql`AND d.changed_at >= ${new Date(changedFrom)}::timestamptz`,
    changedBefore !== undefined && Prisma.sql`AND d.changed_at < ${new Date(changedBefore)}::timestamptz`,
  ].filter((condition) => condition !== false);
  return conditions.length > 0 ? Prisma.join(conditions, ' ') : Prisma.empty;
}

function refuseIfTooLong(cause: unknown): never {
  if (cause instanceof Error && cause.message.includes('statement timeout'))
    throw problem('search-too-costly', { cause });
  throw cause;
}
