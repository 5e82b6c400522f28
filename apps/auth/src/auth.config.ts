import { ALGORITHMS } from '@citadel/auth';
import { type CommonConfig, databaseConfig, ed25519PrivateKey, nkeySeed, secretKey, whole } from '@citadel/platform';
import { z } from 'zod';

const DAY = 86_400;

/** What the auth service reads from its environment. Durations are in seconds. */
export const authConfig = {
  ...databaseConfig,
  /** Of the user of NATS that writes keys, revocations and events: no other connection can. */
  AUTH_PUBLISHER_NKEY_SEED: nkeySeed,
  /** Seals private signing keys at rest (AES-256-GCM). */
  AUTH_KEY_ENCRYPTION_KEY: secretKey,
  /** The one before, while signing keys are being sealed again. */
  AUTH_KEY_ENCRYPTION_KEY_PREVIOUS: secretKey.optional(),
  /** Derives the successors of refresh tokens (HMAC-SHA-256). */
  AUTH_REFRESH_TOKEN_KEY: secretKey,
  /** The one before: what was refreshed with it just now is repeated with it. */
  AUTH_REFRESH_TOKEN_KEY_PREVIOUS: secretKey.optional(),
  /** Signs the key set that is published (Ed25519); KEY_SET_PUBLIC_KEY of every process is its other half. */
  AUTH_KEY_SET_PRIVATE_KEY: ed25519PrivateKey,
  AUTH_SIGNING_ALGORITHM: z.enum(ALGORITHMS).default('ES256'),
  /** Registrations from one address in an hour before delays begin. */
  REGISTRATIONS_PER_ADDRESS: whole(1, 1_000_000).default(300),
  /** Entries in the bucket of revocations from which on tokens and sessions are no longer refused one by one. */
  /** As many as all processes load within 20 seconds when they start together: docs/performance.md. */
  REVOCATIONS_AT_MOST: whole(1_000, 10_000_000).default(200_000),
  /** How long a key signs, and how long before that it is published. */
  SIGNING_KEY_PERIOD: whole(3_600, 365 * DAY).default(30 * DAY),
  SIGNING_KEY_AHEAD: whole(60, 30 * DAY).default(DAY),
  /** How long a key that an administrator orders is published before it signs: longer than caches keep the key set. */
  SIGNING_KEY_LEAD: whole(1, 3_600).default(310),
  /** How long JetStream knows the ids of events and drops a second one: more than twice what clocks may differ. */
  EVENT_DUPLICATE_WINDOW: whole(1, 3_600).default(120),
  ACCESS_TOKEN_LIFETIME: whole(30, 3_600).default(300),
  SESSION_IDLE_LIFETIME: whole(60, 90 * DAY).default(14 * DAY),
  SESSION_ABSOLUTE_LIFETIME: whole(60, 365 * DAY).default(90 * DAY),
  /** How long after its use a refresh token still yields the same successor. */
  REFRESH_GRACE: whole(0, 60).default(10),
};

export type AuthConfig = z.output<z.ZodObject<typeof authConfig>> &
  Pick<CommonConfig, 'CITADEL_ISSUER' | 'KEY_SET_PUBLIC_KEY' | 'NATS_CA' | 'NATS_URL' | 'REVOCATION_KEY'>;
export const AUTH_CONFIG = Symbol('auth config');
