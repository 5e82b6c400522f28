import { type AuditEvent, rowOf } from '../audit/audit-event.js';
import { Prisma, type PrismaClient, type Session, type User } from '../generated/prisma/client.js';
import { hashOf } from './refresh-token.js';

export type NewSession = Pick<
  Session,
  'id' | 'clientId' | 'userAgent' | 'address' | 'methods' | 'authenticatedAt' | 'idleUntil' | 'expiresAt'
>;

/**
 * Stores a session with its first refresh token and its event, unless the user was disabled or has another password since
 * it was compared: a login under way while the password changes must not leave a session behind that the change did not see.
 * The realm is locked, too: a revocation of everybody's tokens finds the session, or is over before it opens.
 *
 * In one statement, because each of a transaction's own costs a round trip and Prisma's time.
 *
 * @returns whether it was stored
 */
export async function openSession(
  prisma: Pick<PrismaClient, '$queryRaw'>,
  { id: userId, passwordHash }: Pick<User, 'id' | 'passwordHash'>,
  session: NewSession,
  refreshToken: string,
  event: AuditEvent,
): Promise<boolean> {
  const { id, clientId, userAgent, address, methods, authenticatedAt, idleUntil, expiresAt } = session;
  const { type, outcome, actor, subject, session: of, address: from, detail } = rowOf(event);
  const rows = await prisma.$queryRaw<unknown[]>(Prisma.sql`
    WITH unchanged AS (
      SELECT users.id FROM users CROSS JOIN realm
      WHERE users.id = ${userId}::uuid AND password_hash = ${passwordHash} AND disabled_at IS NULL FOR SHARE
    ), opened AS (
      INSERT INTO sessions (id, user_id, client_id, user_agent, address, methods, authenticated_at, idle_until, expires_at)
      SELECT ${id}::uuid, unchanged.id, ${clientId}, ${userAgent}, ${address}, ${methods}::text[], ${authenticatedAt}::timestamptz,
             ${idleUntil}::timestamptz, ${expiresAt}::timestamptz
      FROM unchanged RETURNING id
    ), stored AS (
      INSERT INTO refresh_tokens (hash, session_id) SELECT ${hashOf(refreshToken)}, opened.id FROM opened
    ), told AS (
      INSERT INTO events (type, outcome, actor, subject, session, address, detail)
      SELECT ${type}, ${outcome}::outcome, ${actor}, ${subject}, ${of}::uuid, ${from}, ${JSON.stringify(detail)}::jsonb
      FROM opened
    )
    SELECT 1 FROM opened`);
  return rows.length > 0;
}
