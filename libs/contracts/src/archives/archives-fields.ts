import { CLEARANCES, Id, line, text, Timestamp } from '@citadel/protocol';
import { z } from 'zod';

import { RoleName } from '../auth/administration.js';

/** 512 KiB in UTF-8, the bytes that are stored. Quoted as JSON, a text has at most twice as many. */
const BODY_BYTES = 524_288;
const MOST_TAGS = 16;

const encoder = new TextEncoder();

/** Whatever else is below U+0020 is no letter of a text, and would be six bytes of JSON each. */
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/;

const Body = text(1, BODY_BYTES)
  .refine((body) => encoder.encode(body).length <= BODY_BYTES, 'must have at most 512 KiB in UTF-8')
  .refine((body) => !CONTROL.test(body), 'must hold no control characters but tabs and line breaks')
  .describe('At most 512 KiB in UTF-8, and no control characters but tabs and line breaks');

/** How the body is to be read. The archives themselves read it as text, and make no HTML of it. */
const Format = z.enum(['markdown', 'text']);

const Tag = line(50);

const Tags = z
  .array(Tag)
  .max(MOST_TAGS)
  .refine((tags) => new Set(tags).size === tags.length, 'must not name a tag twice');

/** What a version of a document says. */
export const content = {
  title: line(200),
  format: Format.default('text'),
  body: Body,
  tags: Tags.default([]),
};

/** A document in a list: what its newest version says of it. */
export const DocumentSummary = z.object({
  id: Id,
  ownerId: Id,
  title: z.string(),
  tags: z.array(z.string()),
  clearance: z.enum(CLEARANCES),
  version: z.int().describe('Number of the newest version'),
  transferId: Id.nullable().describe('The transfer that it belongs to'),
  createdAt: Timestamp,
  changedAt: Timestamp,
});

export const Document = DocumentSummary.extend({
  format: Format,
  body: z.string(),
  sha256: z.string().describe('Of the body, in hexadecimal'),
  authorId: Id.describe('Who wrote the newest version'),
});

export const DeletedDocument = DocumentSummary.extend({
  deletedAt: Timestamp,
  goneAt: Timestamp.describe('Until then it can be restored'),
});

/** What the archives hold about a user, but for the texts; the newest 200 of each. */
export const ArchivesExport = z.object({
  documents: z.array(DocumentSummary.extend({ deletedAt: Timestamp.nullable() })).describe('Those that you own'),
  grants: z
    .array(
      z.object({
        documentId: Id,
        access: z.enum(['read', 'write']),
        grantedBy: Id,
        grantedAt: Timestamp,
        revokedAt: Timestamp.nullable(),
      }),
    )
    .describe('What you were granted by name'),
  isComplete: z.boolean().describe('Whether there is no more than this'),
});

/** A version as it was written: it never changes. */
export const DocumentVersion = z.object({
  number: z.int(),
  title: z.string(),
  format: Format,
  tags: z.array(z.string()),
  clearance: z.enum(CLEARANCES),
  sha256: z.string().describe('Of the body, in hexadecimal'),
  authorId: Id,
  createdAt: Timestamp,
});

/** Whom something is granted to. A role that does not exist is nobody, until it does. */
export const Grantee = z.union([z.strictObject({ user: Id }), z.strictObject({ role: RoleName })]);

export const GrantedAccess = z.enum(['read', 'write']);

export const Grant = z.object({
  id: Id,
  to: Grantee,
  access: GrantedAccess,
  grantedBy: Id,
  grantedAt: Timestamp,
  revokedBy: Id.nullable(),
  revokedAt: Timestamp.nullable().describe('Null while it holds'),
});

/** A moment that PostgreSQL knows: it has no year 0. */
const Moment = Timestamp.refine((moment) => !moment.startsWith('0000'), 'must not be in the year 0');

/** What is searched for, and where a page of it begins. */
export const searchFields = {
  query: line(200)
    .optional()
    .describe('Words that all must be there, one at least; `"a phrase"`, `or`, and `-not` as in web searches'),
  tag: Tag.optional(),
  clearance: z.enum(CLEARANCES).optional(),
  owner: Id.optional(),
  changedFrom: Moment.optional(),
  changedBefore: Moment.optional(),
  limit: z.coerce.number().int().min(1).max(20).default(10),
  offset: z.coerce.number().int().min(0).max(980).default(0),
};

/** `total` and the pages are of the newest 1,000 that match and may be read: with more, ask for less. */
export const SearchResult = z.object({
  items: z.array(
    DocumentSummary.extend({
      rank: z.number(),
      snippet: z
        .array(z.object({ text: z.string(), isMatch: z.boolean() }))
        .describe('A part of the text around the first match, as text: nothing in it is markup'),
    }),
  ),
  total: z.int().max(1000),
  nextOffset: z.int().nullable(),
});
