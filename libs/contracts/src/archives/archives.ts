import { CLEARANCES, Id, operation, page, pageOf, service, text } from '@citadel/protocol';
import { z } from 'zod';

import {
  ArchivesExport,
  content,
  DeletedDocument,
  Document,
  DocumentSummary,
  DocumentVersion,
  Grant,
  GrantedAccess,
  Grantee,
  searchFields,
  SearchResult,
} from './archives-fields.js';

/** A version's number, where versions are paged. */
const versionCursor = text(1, 9)
  .regex(/^[1-9]\d*$/)
  .optional()
  .describe('`nextCursor` of the page before');

export const archives = service('archives', {
  fileDocument: operation({
    summary: 'File a document, at most as secret as your own clearance',
    http: 'POST /v1/archives/documents',
    status: 201,
    body: {
      ...content,
      clearance: z.enum(CLEARANCES).default('restricted'),
      transferId: Id.optional().describe('A transfer that you may see, which the document belongs to'),
    },
    response: Document,
    problems: ['insufficient-clearance', 'storage-exhausted', 'transfer-not-found'],
  }),
  listDocuments: operation({
    summary: 'List the documents that you may read',
    http: 'GET /v1/archives/documents',
    query: page,
    response: pageOf(DocumentSummary),
  }),
  readDocument: operation({
    summary: 'Read one document',
    http: 'GET /v1/archives/documents/{id}',
    versioned: true,
    params: { id: Id },
    response: Document,
    problems: ['document-not-found'],
  }),
  changeDocument: operation({
    summary: 'Write the next version of a document',
    http: 'PUT /v1/archives/documents/{id}',
    versioned: true,
    params: { id: Id },
    body: content,
    response: Document,
    problems: ['document-not-found', 'document-read-only', 'storage-exhausted'],
  }),
  changeClearance: operation({
    summary: 'Raise the clearance of a document up to your own, or lower it with archives:documents:declassify',
    http: 'PUT /v1/archives/documents/{id}/clearance',
    versioned: true,
    params: { id: Id },
    body: { clearance: z.enum(CLEARANCES) },
    response: Document,
    problems: ['document-not-found', 'document-read-only', 'insufficient-clearance', 'storage-exhausted'],
  }),
  listVersions: operation({
    summary: 'The versions of a document, the newest first, without their text',
    http: 'GET /v1/archives/documents/{id}/versions',
    params: { id: Id },
    query: { limit: page.limit, cursor: versionCursor },
    response: pageOf(DocumentVersion),
    problems: ['document-not-found'],
  }),
  readVersion: operation({
    summary: 'Read one version of a document',
    http: 'GET /v1/archives/documents/{id}/versions/{number}',
    params: { id: Id, number: z.coerce.number().int().min(1).max(999_999_999) },
    response: DocumentVersion.extend({ body: z.string() }),
    problems: ['document-not-found', 'document-version-not-found'],
  }),
  deleteDocument: operation({
    summary: 'Delete a document of yours; for 30 days it can be restored',
    http: 'DELETE /v1/archives/documents/{id}',
    status: 204,
    versioned: true,
    params: { id: Id },
    response: z.null(),
    problems: ['document-not-found', 'document-not-yours'],
  }),
  listDeletedDocuments: operation({
    summary: 'List the documents of yours that were deleted and can be restored',
    http: 'GET /v1/archives/deleted-documents',
    query: page,
    response: pageOf(DeletedDocument),
  }),
  restoreDocument: operation({
    summary: 'Restore a document of yours that was deleted less than 30 days ago',
    http: 'POST /v1/archives/deleted-documents/{id}/restore',
    params: { id: Id },
    response: Document,
    problems: ['document-not-found'],
  }),
  shareDocument: operation({
    summary: 'Grant a user or a role to read or to write a document of yours, as far as you may yourself',
    http: 'POST /v1/archives/documents/{id}/grants',
    status: 201,
    params: { id: Id },
    body: { to: Grantee, access: GrantedAccess },
    response: Grant,
    problems: ['document-not-found', 'document-not-yours', 'document-read-only', 'storage-exhausted'],
  }),
  listGrants: operation({
    summary: 'Who was granted a document of yours, the newest first, and what was revoked',
    http: 'GET /v1/archives/documents/{id}/grants',
    params: { id: Id },
    query: page,
    response: pageOf(Grant),
    problems: ['document-not-found', 'document-not-yours'],
  }),
  revokeGrant: operation({
    summary: 'Revoke a grant of a document of yours',
    http: 'DELETE /v1/archives/documents/{id}/grants/{grant}',
    status: 204,
    params: { id: Id, grant: Id },
    response: z.null(),
    problems: ['document-not-found', 'document-not-yours', 'grant-not-found'],
  }),
  searchDocuments: operation({
    summary: 'Search the documents that you may read, the best match first',
    http: 'GET /v1/archives/search',
    query: searchFields,
    response: SearchResult,
    problems: ['search-without-words', 'search-too-costly'],
  }),
  exportMine: operation({
    summary: 'What the archives hold about you; a document’s text is read by its id',
    http: 'GET /v1/archives/me/export',
    noStore: true,
    response: ArchivesExport,
  }),
});
