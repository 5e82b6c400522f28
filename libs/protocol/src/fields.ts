import { z } from 'zod';

// PostgreSQL refuses U+0000 in text, and a lone surrogate is no character: both are the caller's fault, not a 500.
const isStorable = (text: string) => !text.includes('\u0000') && text.isWellFormed();

/** Text that can be stored: no NUL, no lone surrogates. `maximum` is in UTF-16 code units. */
export const text = (minimum: number, maximum: number) =>
  z.string().min(minimum).max(maximum).refine(isStorable, 'must not hold NUL or lone surrogates');

/** One line of text: no control characters, no white space at its ends. */
export const line = (maximum: number) =>
  text(1, maximum).regex(/^(?!\s)[^\p{Cc}]*(?<!\s)$/u, 'must be one line without white space at its ends');

/** In lower case whatever the caller wrote: an id is compared as text, and one id must not have two spellings. */
export const Id = z.uuid().toLowerCase();
export const Timestamp = z.iso.datetime();

/** `limit` and `cursor` of a list. Query values arrive as text. */
export const page = {
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: Id.optional().describe('`nextCursor` of the page before'),
};

/** A page of a list: `nextCursor` is null on the last one. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });
