import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** What is answered to everybody alike, and the tag by which a client says that it has it already. */
export interface Representation {
  readonly body: unknown;
  readonly entityTag: string;
}

/** A strong validator made of the bytes themselves (RFC 9110 §8.8.3). */
export function representationOf(body: unknown): Representation {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const digest = createHash('sha256').update(text).digest('base64url');
  return { body, entityTag: `"${digest}"` };
}

/**
 * The body, or 304 and nothing for a client that has it already (RFC 9110 §13.1.2).
 *
 * @param cacheControl - for how long nobody has to ask; `no-cache`: always ask, and be answered with 304
 */
export function unlessKnown(
  { body, entityTag }: Representation,
  { headers }: FastifyRequest,
  reply: FastifyReply,
  cacheControl = 'no-cache',
): unknown {
  reply.headers({ etag: entityTag, 'cache-control': cacheControl });
  if (!isKnown(entityTag, headers['if-none-match'])) return body;
  reply.status(304);
  return undefined;
}

/** Weak comparison: `W/` makes no difference, and `*` is whatever there is. */
function isKnown(entityTag: string, ifNoneMatch: string | undefined): boolean {
  const tags = (ifNoneMatch ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes('*') || tags.includes(entityTag);
}
