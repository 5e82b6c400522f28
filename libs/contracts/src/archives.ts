import { CLEARANCES, Id, line, operation, page, pageOf, service, text, Timestamp } from '@citadel/protocol';
import { z } from 'zod';

export const Document = z.object({
  id: Id,
  ownerId: Id,
  title: line(200),
  body: text(0, 262_144),
  clearance: z.enum(CLEARANCES),
  createdAt: Timestamp,
});

export const archives = service('archives', {
  fileDocument: operation({
    summary: 'File a document, at most as secret as your own clearance',
    http: 'POST /v1/archives/documents',
    status: 201,
    body: { title: line(200), body: text(1, 262_144), clearance: z.enum(CLEARANCES).default('restricted') },
    response: Document,
    problems: ['insufficient-clearance'],
  }),
  listDocuments: operation({
    summary: 'List the documents that you may read',
    http: 'GET /v1/archives/documents',
    query: page,
    response: pageOf(Document.omit({ body: true })),
  }),
  readDocument: operation({
    summary: 'Read one document',
    http: 'GET /v1/archives/documents/{id}',
    params: { id: Id },
    response: Document,
    problems: ['document-not-found'],
  }),
});
