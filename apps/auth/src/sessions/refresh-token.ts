import { createHash, createHmac, randomBytes } from 'node:crypto';

/** 256 bits, opaque (RFC 6749 §1.5). */
export const newRefreshToken = (): string => randomBytes(32).toString('base64url');

/** Under which a token is stored. It has 256 bits of its own, so a plain hash is enough: there is nothing to guess. */
export const hashOf = (token: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(createHash('sha256').update(token).digest());

/**
 * The token that follows another, always the same one: so a replay within the grace window can be given the same
 * successor without a usable token being stored. Without the server's key nobody can go from one to the next.
 */
export const successorOf = (token: string, key: Buffer): string =>
  createHmac('sha256', key).update('refresh-token-successor\0').update(token).digest('base64url');
