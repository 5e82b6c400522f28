import { createHmac, timingSafeEqual } from 'node:crypto';

import type { Revocation } from '../revocation/revocation-source.js';

/** The entry's key: its kind and what it is about. Each revocation has its own, so none can hide another. */
export function revocationKey(revocation: Revocation): string {
  return revocation.kind === 'everybody' ? 'everybody' : `${revocation.kind}.${revocation.id}`;
}

/** The inverse of {@link revocationKey}: what a key and its generation say; `undefined` if that is no revocation. */
export function revocationOf(key: string, generation: number | null): Revocation | undefined {
  const dot = key.indexOf('.');
  const [kind, id] = dot < 0 ? [key, ''] : [key.slice(0, dot), key.slice(dot + 1)];
  if (generation === null) return (kind === 'token' || kind === 'session') && id ? { kind, id } : undefined;
  if (!Number.isSafeInteger(generation)) return undefined;
  if (kind === 'subject' && id) return { kind, id, generation };
  return key === 'everybody' ? { kind: 'everybody', generation } : undefined;
}

/** What an entry holds: the generation for those kinds that count, and an authentication code in base64url. */
const VALUE = /^(0|[1-9]\d{0,15})?\.([\w-]{43})$/;

/**
 * Writes and reads the values of entries. A value carries an HMAC-SHA-256 over the entry's key and its generation, so
 * none can be made by copying another, or by anybody who can write to the bucket and does not have the key.
 *
 * An HMAC and not a signature: a service that starts reads a million entries in seconds, and would need a minute to
 * verify as many signatures.
 */
export class RevocationEntries {
  /** @param keys - the first writes, each reads: two while one replaces the other */
  constructor(private readonly keys: readonly [Buffer, ...Buffer[]]) {}

  /** The value of the entry under {@link revocationKey}; the same for the same revocation. */
  encode(revocation: Revocation): string {
    const generation = 'generation' in revocation ? String(revocation.generation) : '';
    return `${generation}.${codeOf(this.keys[0], revocationKey(revocation), generation)}`;
  }

  /** What an entry says; `undefined` if it was not written with one of the keys, for this very key of the bucket. */
  decode(key: string, value: string): Revocation | undefined {
    const [, generation = '', code] = VALUE.exec(value) ?? [];
    if (code === undefined) return undefined;
    const given = Buffer.from(code);
    const isAuthentic = this.keys.some((one) => timingSafeEqual(Buffer.from(codeOf(one, key, generation)), given));
    return isAuthentic ? revocationOf(key, generation === '' ? null : Number(generation)) : undefined;
  }
}

// No key of a bucket has a space in it.
const codeOf = (secret: Buffer, key: string, generation: string) =>
  createHmac('sha256', secret).update(`${key} ${generation}`).digest('base64url');
