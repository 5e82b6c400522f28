import { problem } from '@citadel/contracts';
import type { Operation } from '@citadel/protocol';

/** The entity tag of a version (RFC 9110 §8.8.3): strong, since a version never stands for two states. */
export const entityTagOf = (data: unknown): string | undefined =>
  typeof data === 'object' && data !== null && 'version' in data ? `"${String(data.version)}"` : undefined;

/**
 * The version that a change is meant for, from `If-Match` (RFC 9110 §13.1.1). `*` is any.
 *
 * @throws Problem `precondition-required` (RFC 6585 §3) without the header, `version-conflict` if it is no tag of ours
 */
export function versionFrom(
  { versioned, method }: Operation,
  headers: Readonly<Record<string, string | string[] | undefined>>,
): { readonly version?: number } {
  if (!versioned || method === 'GET') return {};
  const tag = headers['if-match'];
  if (typeof tag !== 'string') {
    throw problem('precondition-required', {
      detail: 'Send the ETag that you were given as If-Match, or * for any version',
    });
  }
  if (tag.trim() === '*') return {};
  const [, version] = /^"(\d{1,9})"$/.exec(tag.trim()) ?? [];
  if (version === undefined) throw problem('version-conflict');
  return { version: Number(version) };
}
