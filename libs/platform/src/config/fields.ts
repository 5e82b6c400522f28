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

/** The token issuer: an https origin without a slash at its end, because `iss` is compared character by character. */
export const issuerUrl = z.url({ protocol: /^https$/ }).refine((url) => !url.endsWith('/'), 'must not end in a slash');

/** What every process needs. */
export const commonConfig = {
  NATS_URL: z.string().regex(/^(tls|nats|wss):\/\/\S+$/, 'must be a NATS address such as tls://nats.example:4222'),
  NATS_CA: certificatePem.optional(),
  NATS_NKEY_SEED: z.string().regex(/^SU[A-Z2-7]{56}$/, 'must be the seed of an NKey user (SU...)'),
  CITADEL_ISSUER: issuerUrl,
  /** Tolerated difference between the issuer's clock and this one's, in seconds. */
  CLOCK_TOLERANCE: whole(0, MAXIMUM_CLOCK_TOLERANCE).default(5),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).default('info'),
};

export const CommonConfig = z.object(commonConfig);
export type CommonConfig = z.output<typeof CommonConfig>;
