import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { MAXIMUM_CLOCK_TOLERANCE } from '@citadel/auth';
import { z } from 'zod';

const pem = (label: string) =>
  z.string().refine((text) => text.includes(`-----BEGIN ${label}`), `must be PEM text with a ${label.toLowerCase()}`);

export const certificatePem = pem('CERTIFICATE');
export const privateKeyPem = z
  .string()
  .refine((text) => /-----BEGIN [A-Z ]*PRIVATE KEY/.test(text), 'must be PEM text with a private key');

/** 32 random bytes in base64: a key for AES-256 or HMAC-SHA-256. */
export const secretKey = z
  .string()
  .transform((text) => Buffer.from(text, 'base64'))
  .refine((bytes) => bytes.length === 32, 'must be 32 bytes in base64; make one with: openssl rand -base64 32');

/** One secret key, or two on lines of their own while one replaces the other: the first writes, each reads. */
export const secretKeys = z.string().transform((text, context): [Buffer, ...Buffer[]] => {
  const [first, ...more] = text.split(/\s+/).map((one) => secretKey.safeParse(one).data);
  if (first && more.length <= 1 && more.every((one) => one !== undefined)) return [first, ...more];
  return refused(context, 'must be 32 bytes in base64, or two such lines; make one with: openssl rand -base64 32');
});

/** An Ed25519 private key in PEM. */
export const ed25519PrivateKey = z.string().transform((text, context) => {
  const key = ed25519(() => createPrivateKey(text));
  return key ?? refused(context, 'must be PEM text with an Ed25519 private key');
});

/** One Ed25519 public key in PEM, or two while one replaces the other. A private key is refused: readers need none. */
export const ed25519PublicKeys = z.string().transform((text, context) => {
  const blocks = text.match(/-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----/g) ?? [];
  const keys = blocks.map((pem) => ed25519(() => createPublicKey(pem)));
  const isSound = keys.length >= 1 && keys.length <= 2 && keys.every((key) => key !== undefined);
  return isSound ? keys : refused(context, 'must be PEM text with an Ed25519 public key, or with two');
});

/** What the crypto library says is left out: it might quote the key. */
function ed25519(read: () => KeyObject): KeyObject | undefined {
  try {
    const key = read();
    return key.asymmetricKeyType === 'ed25519' ? key : undefined;
  } catch {
    return undefined;
  }
}

function refused(context: z.RefinementCtx, message: string): never {
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
}

/** A whole number within bounds, given as text. */
export const whole = (minimum: number, maximum: number) => z.coerce.number().int().min(minimum).max(maximum);

/** A list separated by commas; empty when not set. */
export const list = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter(Boolean),
  );

/** The seed of an NKey user. */
export const nkeySeed = z.string().regex(/^SU[A-Z2-7]{56}$/, 'must be the seed of an NKey user (SU...)');

/** The token issuer: an https origin without a slash at its end, because `iss` is compared character by character. */
const issuerUrl = z.url({ protocol: /^https$/ }).refine((url) => !url.endsWith('/'), 'must not end in a slash');

/** What every process needs. */
export const commonConfig = {
  NATS_URL: z.string().regex(/^(tls|nats|wss):\/\/\S+$/, 'must be a NATS address such as tls://nats.example:4222'),
  NATS_CA: certificatePem.optional(),
  NATS_NKEY_SEED: nkeySeed,
  /** Verifies the signing keys that the auth service publishes. */
  KEY_SET_PUBLIC_KEY: ed25519PublicKeys,
  /** Authenticates revocations; the same for all processes. */
  REVOCATION_KEY: secretKeys,
  CITADEL_ISSUER: issuerUrl,
  /** Tolerated difference between the issuer's clock and this one's, in seconds. */
  CLOCK_TOLERANCE: whole(0, MAXIMUM_CLOCK_TOLERANCE).default(5),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).default('info'),
};

export const CommonConfig = z.object(commonConfig);
export type CommonConfig = z.output<typeof CommonConfig>;
