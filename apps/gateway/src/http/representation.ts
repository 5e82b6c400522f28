import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** What is answered to everybody alike, and the tag by which a client says that it has it already. */
export interface Representation {
  readonly text: string;
  readonly type: string;
  readonly entityTag: string;
}

/** With a strong validator made of the bytes themselves (RFC 9110 §8.8.3). */
export function representationOf(text: string, type: string): Representation {
  return { text, type, entityTag: `"${createHash('sha256').update(text).digest('base64url')}"` };
}

/**
 * The text, or 304 and nothing for a client that has it already (RFC 9110 §13.1.2).
 *
 * @param cacheControl - for how long nobody has to ask; `no-cache`: always ask, and be answered with 304
 */
export function unlessKnown(
  { text, type, entityTag }: Representation,
  { headers }: FastifyRequest,
  reply: FastifyReply,
  cacheControl = 'no-cache',
): string | undefined {
  reply.headers({ etag: entityTag, 'cache-control': cacheControl });
  if (isKnown(entityTag, headers['if-none-match'])) {
    reply.status(304);
    return undefined;
  }
  reply.type(type);
  return text;
}

/** Weak comparison: `W/` makes no difference, and `*` is whatever there is. */
function isKnown(entityTag: string, ifNoneMatch: string | undefined): boolean {
  const tags = (ifNoneMatch ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes('*') || tags.includes(entityTag);
}
