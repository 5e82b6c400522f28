import { CLEARANCES, Id, line, text, Timestamp } from '@citadel/protocol';
import { z } from 'zod';

/** Compared in lower case. 254 is what an SMTP path leaves to an address (RFC 5321 §4.5.3.1.3). */
export const Email = z.email().max(254).toLowerCase();

/** As typed, never trimmed. What is too long to be a password is not worth hashing. */
export const Password = text(1, 1024);

/** Why somebody did this, for the audit trail. */
export const Reason = line(200);

/** How credentials reach the client: in the body, or for browsers in cookies that no script can read. */
export const Delivery = z.enum(['token', 'cookie']).default('token');

/** A device token, or a string that claims to be one: what is not good is ignored, so it never keeps its owner out. */
export const DeviceToken = text(1, 256)
  .optional()
  .describe('`device_token` of an earlier login: with it, wrong passwords of others are not counted against you');

/** RFC 6749 §5.1, in its own names. With `delivery: "cookie"` the tokens are in cookies and left out here. */
export const TokenResponse = z.object({
  access_token: z.string().optional(),
  token_type: z.literal('Bearer'),
  expires_in: z.int().describe('Seconds'),
  refresh_token: z.string().optional(),
  refresh_expires_in: z.int().describe('Seconds until the session ends unless it is refreshed'),
  device_token: z
    .string()
    .optional()
    .describe('Given at a login: keep it apart from the session, and send it with the next login of this user'),
  device_expires_in: z.int().optional().describe('Seconds'),
});

export const Me = z.object({
  id: Id,
  email: z.string(),
  roles: z.array(z.string()),
  permissions: z.array(z.string()),
  clearance: z.enum(CLEARANCES),
  sessionId: Id,
  createdAt: Timestamp,
});

/** An event of the audit trail. */
export const AuditEvent = z.object({
  id: z.string(),
  type: z.string(),
  outcome: z.enum(['success', 'failure']),
  actor: z.string().nullable(),
  subject: z.string().nullable(),
  session: z.string().nullable(),
  address: z.string().nullable(),
  service: z.string(),
  detail: z.record(z.string(), z.unknown()),
  occurredAt: z.string(),
});

export const Session = z.object({
  id: Id,
  isCurrent: z.boolean(),
  device: z.string().describe('What the user agent says of itself'),
  address: z.string(),
  createdAt: Timestamp,
  lastSeenAt: Timestamp,
  authenticatedAt: Timestamp,
  methods: z.array(z.string()).describe('RFC 8176'),
  expiresAt: Timestamp,
});

/** Public parts of a signing key (RFC 7517 §4, RFC 7518 §6). A private member has no place to stand in. */
export const PublicJwk = z.object({
  kty: z.enum(['EC', 'RSA']),
  use: z.literal('sig'),
  alg: z.enum(['ES256', 'RS256', 'PS256']),
  kid: z.string().min(1).max(64),
  crv: z.literal('P-256').optional(),
  x: z.string().optional(),
  y: z.string().optional(),
  n: z.string().optional(),
  e: z.string().optional(),
});

export type PublicJwk = z.output<typeof PublicJwk>;

export const SigningKey = z.object({
  kid: z.string(),
  algorithm: z.enum(['ES256', 'RS256', 'PS256']),
  state: z.enum(['upcoming', 'signing', 'retired', 'gone']),
  signsFrom: Timestamp,
  signsUntil: Timestamp,
  goneAt: Timestamp,
  compromisedAt: Timestamp.nullable(),
});

/** RFC 8414 §2; only what is offered is listed. */
export const ServerMetadata = z.object({
  issuer: z.url(),
  jwks_uri: z.url(),
  revocation_endpoint: z.url(),
  introspection_endpoint: z.url(),
  response_types_supported: z.array(z.string()),
  grant_types_supported: z.array(z.string()),
  revocation_endpoint_auth_methods_supported: z.array(z.string()),
  introspection_endpoint_auth_methods_supported: z.array(z.string()),
});

/** RFC 7662 §2.2; of a token that is not active, nothing else is said. */
export const Introspection = z.object({
  active: z.boolean(),
  token_type: z.enum(['Bearer', 'refresh_token']).optional(),
  iss: z.string().optional(),
  sub: z.string().optional(),
  aud: z.array(z.string()).optional(),
  client_id: z.string().optional(),
  exp: z.int().optional(),
  iat: z.int().optional(),
  jti: z.string().optional(),
  sid: z.string().optional(),
});
