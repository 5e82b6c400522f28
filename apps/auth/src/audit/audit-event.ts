import type { Principal } from '@citadel/auth';
import type { Client } from '@citadel/platform';

import type { Event, Prisma, PrismaClient } from '../generated/prisma/client.js';

/** Everything that is written down, by name. Others subscribe to `events.auth.<name>`. */
export type EventType =
  | 'user-registered'
  | 'login'
  | 'reauthenticated'
  | 'token-refreshed'
  | 'refresh-token-reused'
  | 'session-ended'
  | 'sessions-ended'
  | 'password-changed'
  | 'token-revoked'
  | 'all-tokens-revoked'
  | 'key-created'
  | 'key-rotated'
  | 'key-compromised'
  | 'user-roles-changed'
  | 'user-clearance-changed'
  | 'user-disabled'
  | 'user-enabled'
  | 'user-deleted'
  | 'role-created'
  | 'role-changed'
  | 'role-removed';

export interface AuditEvent {
  readonly type: EventType;
  readonly outcome: 'success' | 'failure';
  /** Id of who did it, if somebody was recognised. */
  readonly actor?: string | undefined;
  /** Id of whom it concerns. */
  readonly subject?: string | undefined;
  readonly session?: string | undefined;
  readonly address?: string | undefined;
  /** Never a token, a password, or a hash of one. */
  readonly detail?: Prisma.InputJsonObject;
}

/** Who acts, and from where. */
export interface Actor {
  readonly user: Principal;
  readonly client: Client;
}

/** The part of an event that says who acted. */
export const byActor = ({ user, client }: Actor) => ({
  actor: user.id,
  session: user.sessionId,
  address: client.address,
});

/** The row of an event. */
export const rowOf = ({ type, outcome, actor, subject, session, address, detail }: AuditEvent) => ({
  type,
  outcome,
  actor: actor ?? null,
  subject: subject ?? null,
  session: session ?? null,
  address: address ?? null,
  detail: detail ?? {},
});

/** Writes an event, in the transaction of what it tells. */
export const recordEvent = (transaction: Pick<PrismaClient, 'event'>, event: AuditEvent) =>
  transaction.event.create({ data: rowOf(event) });

/** An event as others get to see it: on the stream, and in the trail. */
export const toPublicEvent = (event: Event) => ({
  id: event.eventId,
  type: event.type,
  outcome: event.outcome,
  actor: event.actor,
  subject: event.subject,
  session: event.session,
  address: event.address,
  service: event.service,
  // Written by rowOf and by the intake of refusals, which take objects only.
  detail: event.detail as Record<string, unknown>,
  occurredAt: event.occurredAt.toISOString(),
});
