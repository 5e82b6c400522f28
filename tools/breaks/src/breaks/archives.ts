import type { Break } from '../break.js';

const POLICY = 'apps/archives/src/documents/document-policy.ts';
const DOCUMENTS = 'apps/archives/src/documents/documents.service.spec.ts';
const MIGRATION = 'prisma/archives/migrations/20261201000000_versions/migration.sql';
const CLEARANCE = 'apps/archives/src/clearance/clearance.service.spec.ts';
const VISIBILITY = 'apps/archives/src/documents/documents.visibility.spec.ts';
const AGREEMENT = 'is the same in a list, a search, a count and alone, for any people and documents';
const VERSIONS = 'apps/archives/src/versions/versions.service.spec.ts';

export const breaks: readonly Break[] = [
  {
    rule: 'Documents are shown up to the clearance of the reader',
    file: POLICY,
    find: 'CLEARANCES.filter((level) => isCleared(user.clearance, level))',
    replace: '[...CLEARANCES]',
    spec: VISIBILITY,
    test: AGREEMENT,
  },
  {
    rule: 'Clearance binds the owner of a document, too',
    file: POLICY,
    find: 'd.owner_id = ${user.id}::uuid AND ${isWithin(levelsOf(user))} AND d.deleted_at IS NULL',
    replace: 'd.owner_id = ${user.id}::uuid AND d.deleted_at IS NULL',
    spec: DOCUMENTS,
    test: 'is refused to its owner, too, when their clearance is lowered',
  },
  {
    rule: 'A user who may only read a document cannot change it',
    file: 'apps/archives/src/documents/document-rows.ts',
    find: '  if (!row.isAllowed) throw',
    replace: '  if (!row.isAllowed && access !== access) throw',
    spec: DOCUMENTS,
    test: 'is refused to users who may only read it, and to others as if it did not exist',
  },
  {
    rule: 'A change that was meant for an older version of a document is refused',
    file: 'apps/archives/src/documents/documents.service.ts',
    find: '      requireVersion(document, version);\n',
    replace: '',
    spec: DOCUMENTS,
    test: 'is refused for a version that is not the newest, and stores nothing',
  },
  {
    rule: 'A version of a document never changes',
    file: MIGRATION,
    find: 'BEFORE UPDATE ON "document_versions"\n    FOR EACH ROW',
    replace: 'BEFORE UPDATE ON "document_versions"\n    FOR EACH ROW WHEN (false)',
    spec: VERSIONS,
    test: '%s, even for the owner of its tables',
  },
  {
    rule: 'A version of a document is deleted with its document alone',
    file: MIGRATION,
    find: 'IF EXISTS (SELECT FROM public.documents WHERE id = OLD.document_id) THEN',
    replace: 'IF false THEN',
    spec: VERSIONS,
    test: '%s, even for the owner of its tables',
  },
  {
    rule: 'A document has the content of its newest version',
    file: MIGRATION,
    find: 'WHEN (pg_trigger_depth() = 0 AND (OLD.version',
    replace: 'WHEN (false AND (OLD.version',
    spec: VERSIONS,
    test: '%s, even for the owner of its tables',
  },
  {
    rule: 'A document that was deleted can come back for 30 days',
    file: MIGRATION,
    find: "WHEN (OLD.deleted_at IS NULL OR OLD.deleted_at > now() - INTERVAL '30 days')",
    replace: 'WHEN (OLD.deleted_at IS NULL)',
    spec: VERSIONS,
    test: '%s, even for the owner of its tables',
  },
  {
    rule: 'A writer cannot choose the number, the digest and the time of a version',
    file: MIGRATION,
    find: "    NEW.sha256 := sha256(convert_to(NEW.body, 'UTF8'));\n    NEW.created_at := now();\n",
    replace: "    NEW.sha256 := coalesce(NEW.sha256, sha256(convert_to(NEW.body, 'UTF8')));\n",
    spec: VERSIONS,
    test: 'numbers, dates and digests a version itself',
  },
  {
    rule: 'An owner stores 64 MiB at most',
    file: MIGRATION,
    find: 'IF total > 67108864 THEN',
    replace: 'IF total IS NULL THEN',
    spec: 'apps/archives/src/versions/allowance.spec.ts',
    test: 'is bounded by 64 MiB: one version more is refused, and stores nothing',
  },
  {
    rule: 'A deleted document is restored by its owner alone',
    file: POLICY,
    find: '(d.owner_id = ${user.id}::uuid AND ${isWithin(levelsOf(user))}\n',
    replace: '(${isWithin(levelsOf(user))}\n',
    spec: 'apps/archives/src/deletion/deletion.service.spec.ts',
    test: 'is refused to %s, and not listed for that user',
  },
  {
    rule: 'A document is deleted by its owner alone',
    file: 'apps/archives/src/deletion/deletion.service.ts',
    find: "lockDocument(transaction, id, 'own', user)",
    replace: "lockDocument(transaction, id, 'read', user)",
    spec: 'apps/archives/src/deletion/deletion.service.spec.ts',
    test: 'is open only to its owner',
  },
  {
    rule: 'A document is declassified only with the permission to declassify',
    file: POLICY,
    find: "if (before === after || holds(user, 'archives:documents:declassify')) return undefined;",
    replace: 'if (before !== undefined) return undefined;',
    spec: CLEARANCE,
    test: 'is refused to its own author, with the name of the permission',
  },
  {
    rule: 'A clearance is raised only by users who may write the document',
    file: 'apps/archives/src/clearance/clearance.service.ts',
    find: "      if (isRaised) await lockDocument(transaction, id, 'write', user);\n",
    replace: '',
    spec: CLEARANCE,
    test: 'is refused to users who may only read it',
  },
  {
    rule: 'No user raises a clearance beyond their own',
    file: POLICY,
    find: 'return mayFile(after, user) ? undefined : beyondClearance(user);',
    replace: 'return undefined;',
    spec: CLEARANCE,
    test: 'goes no higher than the clearance of the user who raises it',
  },
  {
    rule: 'Versions that were more secret stay hidden, with all versions before them',
    file: 'apps/archives/src/versions/versions.service.ts',
    find: 'AND later.number >= v.number',
    replace: 'AND later.number = v.number',
    spec: CLEARANCE,
    test: 'shows nothing of what was more secret before, nor of what was written before that',
  },
];
