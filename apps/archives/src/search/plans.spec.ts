import { Prisma } from '../generated/prisma/client.js';
import { newestDocuments } from '../documents/documents.service.js';
import { type ArchivesForTest, archivesForTest, somebody } from '../testing/archives.js';
import { rankedMatches } from './search.service.js';

let archives: ArchivesForTest;
beforeAll(async () => {
  archives = await archivesForTest();
  await archives.asOwner(`
    CREATE TEMP TABLE made AS SELECT gen_random_uuid() AS id, md5((n % 50)::text)::uuid AS owner_id, n FROM generate_series(1, 5000) n;
    INSERT INTO documents (id, owner_id) SELECT id, owner_id FROM made;
    INSERT INTO document_versions (document_id, title, format, body, tags, clearance, author_id)
      SELECT id, 'Number ' || n, 'text', CASE WHEN n % 100 = 0 THEN 'seldom' ELSE 'often' END || repeat(' filling', 50), '{}',
        (enum_range(NULL::clearance))[1 + n % 4], owner_id FROM made;
    INSERT INTO document_grants (id, document_id, role, access, granted_by)
      SELECT gen_random_uuid(), id, 'role-' || n % 100, 'read', owner_id FROM made;
    ANALYZE documents, document_versions, document_grants`);
  // As autovacuum does: what waits to be put into the index makes the planner avoid it.
  await archives.asOwner(`SELECT gin_clean_pending_list('documents_search_idx')`);
}, 120_000);
afterAll(() => archives?.close());

const READERS = [
  ['citizen', somebody('citizen', 'restricted')],
  ['auditor', somebody('auditor', 'secret')],
  ['scribe with a role that was granted something', { ...somebody('scribe', 'sealed'), roles: ['role-7'] }],
] as const;

async function planOf(statement: Prisma.Sql): Promise<string> {
  const rows = await archives.prisma.$queryRaw<{ 'QUERY PLAN': string }[]>(Prisma.sql`EXPLAIN ${statement}`);
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}

describe('among 5,000 documents', () => {
  it.each(READERS)('a search walks through the index of words, and through no table, for a %s', async (_, user) => {
    const plan = await planOf(rankedMatches('seldom', {}, user));
    expect(plan).toContain('documents_search_idx');
    expect(plan).not.toContain('Seq Scan');
  });

  it.each(READERS)('a list walks through no table for a %s', async (_, user) => {
    for (const cursor of [undefined, '7fffffff-ffff-7fff-bfff-ffffffffffff']) {
      expect(await planOf(newestDocuments(21, cursor, user))).not.toContain('Seq Scan on documents');
    }
  });
});
