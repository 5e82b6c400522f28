import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Names a sealing key without telling anything about it. */
export const nameOf = (sealingKey: Buffer): string =>
  createHash('sha256').update('citadel sealing key\0').update(sealingKey).digest('hex').slice(0, 16);

/** Seals a secret with AES-256-GCM: nonce, tag, ciphertext. `label` is bound in, so one row's seal fits no other row. */
export function seal(secret: Buffer, sealingKey: Buffer, label: string): Uint8Array<ArrayBuffer> {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', sealingKey, nonce).setAAD(Buffer.from(label));
  const sealed = Buffer.concat([cipher.update(secret), cipher.final()]);
  return new Uint8Array(Buffer.concat([nonce, cipher.getAuthTag(), sealed]));
}

/** @throws Error if the key is another, or a single bit of the seal or the label was changed */
export function unseal(sealed: Uint8Array, sealingKey: Buffer, label: string): Buffer {
  const bytes = Buffer.from(sealed);
  const decipher = createDecipheriv('aes-256-gcm', sealingKey, bytes.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(Buffer.from(label)).setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
}
