import { createDecipheriv } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { type LocalIssuer, localIssuer } from '@citadel/auth/testing';
import { connectionOf } from '@citadel/platform/database';
import type { StackDescription } from '@citadel/stack';
import { Client } from 'pg';

/** An issuer that signs as the stack does, if its key can be reached. */
export interface StackIssuer {
  readonly issuer: LocalIssuer;
  readonly isReal: boolean;
}

/**
 * The stack's own issuer, with the very key that signs: a token that is wrong in one way alone is signed and addressed
 * right in all others, and what refuses it is the rule in question.
 *
 * Containers keep the sealing key to themselves; there an issuer with another key stands in, and everything it makes is
 * refused for one reason more.
 */
export async function stackIssuer(stack: StackDescription): Promise<StackIssuer> {
  const sealing = path.join(path.dirname(stack.ca), 'auth/key-encryption.key');
  if (!existsSync(sealing)) return { issuer: localIssuer({ issuer: stack.gateway }), isReal: false };
  const { kid, sealed_key: sealed } = await signingKey(stack);
  const der = unseal(sealed, Buffer.from(readFileSync(sealing, 'utf8'), 'base64'), kid);
  const body = der.toString('base64').replace(/.{64}/g, '$&\n');
  const privateKey = `-----BEGIN PRIVATE KEY-----\n${body}\n-----END PRIVATE KEY-----\n`;
  const issuer = localIssuer({ issuer: stack.gateway, key: { privateKey, kid } });
  // Above every generation that may have been revoked.
  const current = { gen: [1_000_000, 1_000_000] };
  return {
    issuer: { ...issuer, tokenFor: (to, claims, header) => issuer.tokenFor(to, { ...current, ...claims }, header) },
    isReal: true,
  };
}

async function signingKey({ databases, ca }: StackDescription): Promise<{ kid: string; sealed_key: Buffer }> {
  const client = new Client(connectionOf(databases.auth, readFileSync(ca, 'utf8')));
  await client.connect();
  try {
    const { rows } = await client.query<{ kid: string; sealed_key: Buffer }>(
      'SELECT kid, sealed_key FROM signing_keys WHERE now() >= signs_from AND now() < signs_until ORDER BY signs_from DESC LIMIT 1',
    );
    const [key] = rows;
    if (!key) throw new Error('No key signs at this moment');
    return key;
  } finally {
    await client.end();
  }
}

function unseal(sealed: Buffer, key: Buffer, label: string): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12));
  decipher.setAAD(Buffer.from(label)).setAuthTag(sealed.subarray(12, 28));
  return Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()]);
}
