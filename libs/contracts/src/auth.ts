import { z } from 'zod';

import { CLEARANCES } from './clearance.js';
import { Id, text, Timestamp } from './fields.js';
import { operation, service } from './operation.js';

/** Compared in lower case. 254 is what an SMTP path leaves to an address (RFC 5321 §4.5.3.1.3). */
const Email = z.email().max(254).toLowerCase();

/** As typed, never trimmed. What is too long to be a password is not worth hashing. */
const Password = text(1, 1024);

/** RFC 6749 §5.1, in its own names. */
export const TokenResponse = z.object({
  access_token: z.string(),
  token_type: z.literal('Bearer'),
  expires_in: z.int().describe('Seconds'),
  refresh_token: z.string(),
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

/** RFC 8414 §2; only what is offered is listed. */
const ServerMetadata = z.object({
  issuer: z.url(),
  jwks_uri: z.url(),
  response_types_supported: z.array(z.string()),
  grant_types_supported: z.array(z.string()),
});

export const auth = service('auth', {
  register: operation({
    summary: 'Register with e-mail and password; gives the role citizen',
    http: 'POST /v1/auth/register',
    status: 201,
    public: true,
    body: { email: Email, password: Password },
    response: z.object({ id: Id, email: z.string(), roles: z.array(z.string()) }),
    problems: ['email-taken', 'weak-password'],
  }),
  login: operation({
    summary: 'Log in and get an access token and a refresh token',
    http: 'POST /v1/auth/login',
    public: true,
    noStore: true,
    body: { email: Email, password: Password },
    response: TokenResponse,
    problems: ['invalid-credentials'],
  }),
  refresh: operation({
    summary: 'Exchange a refresh token for new tokens; each can be used once',
    http: 'POST /v1/auth/refresh',
    public: true,
    noStore: true,
    body: { refresh_token: z.string().min(1).max(256) },
    response: TokenResponse,
    problems: ['invalid-refresh-token'],
  }),
  logout: operation({
    summary: 'End this session',
    http: 'POST /v1/auth/logout',
    status: 204,
    response: z.null(),
  }),
  me: operation({
    summary: 'Who you are and what you may do',
    http: 'GET /v1/auth/me',
    noStore: true,
    response: Me,
  }),
  jwks: operation({
    summary: 'Public signing keys (RFC 7517)',
    http: 'GET /.well-known/jwks.json',
    public: true,
    cacheSeconds: 300,
    response: z.object({ keys: z.array(PublicJwk) }),
  }),
  metadata: operation({
    summary: 'Authorization server metadata (RFC 8414)',
    http: 'GET /.well-known/oauth-authorization-server',
    public: true,
    cacheSeconds: 300,
    response: ServerMetadata,
  }),
});
