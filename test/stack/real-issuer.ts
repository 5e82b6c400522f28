import { createDecipheriv } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { type LocalIssuer, localIssuer } from '@citadel/auth/testing';
import { connectionOf } from '@citadel/platform/database';
import { Client } from 'pg';

import { stack, type StackDescription } from './stack.js';

/**
 * The stack's own issuer, with the very key that signs: a token that is wrong in one way alone is signed and addressed
 * right in all others, and what refuses it is the rule in question. The stories own the stack, and so its secrets,
 * in containers too: with another key everything would be refused for the signature alone, whatever else holds or not.
 */
export async function realIssuer(on: StackDescription = stack()): Promise<LocalIssuer> {
  const sealing = path.join(path.dirname(on.ca), 'auth/key-encryption.key');
  const { kid, sealed_key: sealed } = await signingKey(on);
  const der = unseal(sealed, Buffer.from(readFileSync(sealing, 'utf8'), 'base64'), kid);
  const body = der.toString('base64').replace(/.{64}/g, '$&\n');
  const privateKey = `-----BEGIN PRIVATE KEY-----\n${body}\n-----END PRIVATE KEY-----\n`;
  const issuer = localIssuer({ issuer: on.gateway, key: { privateKey, kid } });
  return {
    ...issuer,
    // Above every generation that a story may have revoked.
    tokenFor: (audience, claims, header) =>
      issuer.tokenFor(audience, { gen: [1_000_000, 1_000_000], ...claims }, header),
  };
}

async function signingKey(on: StackDescription): Promise<{ kid: string; sealed_key: Buffer }> {
  const client = new Client(connectionOf(on.databases.auth, readFileSync(on.ca, 'utf8')));
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
