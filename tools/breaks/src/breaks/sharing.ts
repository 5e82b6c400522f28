import type { Break } from '../break.js';

const POLICY = 'apps/archives/src/documents/document-policy.ts';
const GRANTS = 'apps/archives/src/grants/grants.service.spec.ts';
const SEARCH = 'apps/archives/src/search/search.service.spec.ts';
const VISIBILITY = 'apps/archives/src/documents/documents.visibility.spec.ts';
const AGREEMENT = 'is the same in a list, a search, a count and alone, for any people and documents';

export const breaks: readonly Break[] = [
  {
    rule: 'A grant that was revoked gives nothing',
    file: POLICY,
    find: ' AND g.revoked_at IS NULL',
    replace: '',
    spec: VISIBILITY,
    test: AGREEMENT,
  },
  {
    rule: 'A grant to read gives no writing',
    file: POLICY,
    find: "${access === 'read' ? ['read', 'write'] : ['write']}",
    replace: "${['read', 'write']}",
    spec: VISIBILITY,
    test: AGREEMENT,
  },
  {
    rule: 'A grant gives no clearance',
    file: POLICY,
    find: '      AND ${isWithin(levelsOf(user))} AND d.deleted_at IS NULL`,\n  );',
    replace: '      AND d.deleted_at IS NULL`,\n  );',
    spec: GRANTS,
    test: 'gives no clearance, and no permission',
  },
  {
    rule: 'A user who was granted a document cannot share it',
    file: 'apps/archives/src/grants/grants.service.ts',
    find: "      await lockDocument(transaction, id, 'own', user);\n      if (access",
    replace: "      await lockDocument(transaction, id, 'read', user);\n      if (access",
    spec: GRANTS,
    test: 'to write lets them write and raise the clearance, not share, delete or see the grants',
  },
  {
    rule: 'An owner who may not write a document cannot grant writing it',
    file: 'apps/archives/src/grants/grants.service.ts',
    find: "      if (access === 'write') await lockDocument(transaction, id, 'write', user);\n",
    replace: '',
    spec: GRANTS,
    test: 'goes no further than what the owner may do: an owner who may no longer write cannot grant writing',
  },
  {
    rule: 'The trail of grants is not rewritten',
    file: 'prisma/archives/migrations/20261201010000_grants/migration.sql',
    find: 'FOR EACH ROW WHEN (OLD.revoked_at IS NOT NULL OR',
    replace: 'FOR EACH ROW WHEN (false AND',
    spec: GRANTS,
    test: '%s, even by the owner of its tables',
  },
  {
    rule: 'A grant counts in what its owner may store',
    file: 'prisma/archives/migrations/20261201010000_grants/migration.sql',
    find: 'SET bytes = bytes + 1024 WHERE',
    replace: 'SET bytes = bytes WHERE',
    spec: GRANTS,
    test: 'counts 1 KiB of what the owner may store, so that it is bounded',
  },
  {
    rule: 'A search finds and counts what its reader may read, and nothing else',
    file: 'apps/archives/src/search/search.service.ts',
    find: " AND ${isOpenTo(user, 'read')} ${matching(filters)}",
    replace: ' ${matching(filters)}',
    spec: SEARCH,
    test: 'returns nothing of what its reader may not see, for any query',
  },
  {
    rule: 'A search that no index can answer is refused',
    file: 'apps/archives/src/search/search.service.ts',
    find: '    await this.requireWords(text);\n',
    replace: '',
    spec: SEARCH,
    test: 'is refused: %s',
  },
  {
    rule: 'A search is given up after a second',
    file: 'apps/archives/src/search/search.service.ts',
    find: '`SET LOCAL statement_timeout = ${PATIENCE}`',
    replace: '`SET LOCAL statement_timeout = 0`',
    spec: SEARCH,
    test: 'is given up after a second',
  },
  {
    rule: 'No text takes PostgreSQL minutes to index',
    file: 'prisma/archives/migrations/20261201020000_search/migration.sql',
    find: "to_tsvector('pg_catalog.simple', public.search_words(body));",
    replace: "to_tsvector('pg_catalog.simple', body);",
    spec: SEARCH,
    test: 'are found in 512 KiB of %s, without minutes of work',
  },
  {
    rule: 'A text with more words than PostgreSQL can index is stored all the same',
    file: 'prisma/archives/migrations/20261201020000_search/migration.sql',
    find: 'EXCEPTION WHEN program_limit_exceeded THEN',
    replace: 'EXCEPTION WHEN no_data_found THEN',
    spec: SEARCH,
    test: 'are those of the beginning where there are more than PostgreSQL can index',
  },
];
