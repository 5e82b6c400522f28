import { problem } from '@citadel/contracts';
import type { Operation } from '@citadel/protocol';

/**
 * The name that a client gives a request so that it can send it again, from `Idempotency-Key`
 * (draft-ietf-httpapi-idempotency-key-header §2.1): a string of RFC 9651 in quotes, or the same without them.
 *
 * @throws Problem `invalid-request` if it is anything else, or there are two
 */
export function idempotencyKeyFrom(
  { idempotent }: Operation,
  headers: Readonly<Record<string, string | string[] | undefined>>,
): { readonly idempotencyKey?: string } {
  const value = headers['idempotency-key'];
  if (!idempotent || value === undefined) return {};
  const [, quoted, bare] =
    /^\s*(?:"([\x20-\x21\x23-\x5b\x5d-\x7e]{1,255})"|([\w.:-]{1,255}))\s*$/.exec(String(value)) ?? [];
  const idempotencyKey = quoted ?? bare;
  if (idempotencyKey === undefined) {
    throw problem('invalid-request', {
      detail: 'Idempotency-Key must be one text of 1 to 255 characters, such as "3f0c7a52-9d0e-4f0b-8a4e-2f6f6f0a7c11"',
    });
  }
  return { idempotencyKey };
}
