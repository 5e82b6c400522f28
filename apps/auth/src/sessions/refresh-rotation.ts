import { randomUUID } from 'node:crypto';

import { spend } from '../allowances/allowance.js';
import { Prisma, type PrismaClient } from '../generated/prisma/client.js';
import { hashOf } from './refresh-token.js';

export interface Rotation {
  readonly sessionId: string;
  readonly userId: string;
  /**
   * - `rotated`: this attempt used the token, and its successor is stored
   * - `replayed`: it was used a moment ago, by another tab or a repeated request; the same successor is valid
   * - `reused`: it was used before that, so two parties have it
   * - `ended`: its session is over
   * - `session-in-a-hurry`, `user-in-a-hurry`: it is as good as before, and has to wait
   */
  readonly outcome: 'rotated' | 'replayed' | 'reused' | 'ended' | 'session-in-a-hurry' | 'user-in-a-hurry';
}

export interface RotationLimits {
  /** Seconds after its use in which a token still yields its successor. */
  readonly grace: number;
  /** Seconds until a session that is not refreshed ends. */
  readonly idleLifetime: number;
}

/**
 * Uses a refresh token, in one statement that PostgreSQL alone decides: of any number of attempts with one token, on any
 * number of replicas, exactly one wins, and exactly one successor is stored.
 *
 * The session's row is locked first, so that a logout under way and a refresh come one after the other.
 *
 * A replay costs a signature and counts as a use does, against what the session and its user may do in a while. A token
 * that was used too long ago is looked at in any case: nobody hides a theft by being in a hurry.
 */
export async function rotate(
  prisma: PrismaClient,
  token: string,
  successor: string,
  { grace, idleLifetime }: RotationLimits,
  address: string,
): Promise<Rotation | undefined> {
  const hash = hashOf(token);
  const attempt = randomUUID();
  const rows = await prisma.$queryRaw<Rotation[]>(Prisma.sql`
    WITH session AS (
      SELECT s.id, s.user_id,
             s.ended_at IS NULL AND s.idle_until > clock_timestamp() AND s.expires_at > clock_timestamp() AS alive,
             COALESCE(t.used_at <= clock_timestamp() - make_interval(secs => ${grace}), false) AS is_old
      FROM sessions s JOIN refresh_tokens t ON t.session_id = s.id
      WHERE t.hash = ${hash}
      FOR UPDATE OF s
    ), session_may AS (
      ${spend('refreshOfSession', Prisma.sql`session.id`, Prisma.sql`FROM session WHERE session.alive AND NOT session.is_old`)}
    ), user_may AS (
      ${spend('refreshOfUser', Prisma.sql`session.user_id`, Prisma.sql`FROM session, session_may`)}
    ), presented AS (
      UPDATE refresh_tokens t
      SET used_at = COALESCE(t.used_at, clock_timestamp()), used_by = COALESCE(t.used_by, ${attempt}::uuid)
      FROM session
      WHERE t.hash = ${hash} AND session.alive AND (session.is_old OR EXISTS (SELECT FROM user_may))
      RETURNING t.used_by = ${attempt}::uuid AS won, t.used_at
    ), stored AS (
      INSERT INTO refresh_tokens (hash, session_id)
      SELECT ${hashOf(successor)}, session.id FROM session, presented WHERE presented.won
    ), seen AS (
      UPDATE sessions s
      SET last_seen_at = clock_timestamp(),
          idle_until = LEAST(s.expires_at, clock_timestamp() + make_interval(secs => ${idleLifetime}))
      FROM presented, session WHERE s.id = session.id AND presented.won
    ), told AS (
      INSERT INTO events (type, outcome, actor, subject, session, address)
      SELECT 'token-refreshed', 'success', session.user_id, session.user_id, session.id, ${address}
      FROM session, presented WHERE presented.won
    )
    SELECT session.id AS "sessionId", session.user_id AS "userId",
           CASE
             WHEN presented.won THEN 'rotated'
             WHEN NOT session.alive THEN 'ended'
             WHEN presented.used_at IS NULL AND NOT EXISTS (SELECT FROM session_may) THEN 'session-in-a-hurry'
             WHEN presented.used_at IS NULL THEN 'user-in-a-hurry'
             WHEN presented.used_at > clock_timestamp() - make_interval(secs => ${grace}) THEN 'replayed'
             ELSE 'reused'
           END AS outcome
    FROM session LEFT JOIN presented ON true`);
  return rows[0];
}

/** The one of these tokens that is stored: a token that is not must never reach a client, whom it would log out. */
export async function storedAmong(
  prisma: PrismaClient,
  tokens: readonly string[],
  sessionId: string,
): Promise<string | undefined> {
  const rows = await prisma.refreshToken.findMany({
    where: { sessionId, hash: { in: tokens.map(hashOf) } },
    select: { hash: true },
  });
  return tokens.find((token) => rows.some(({ hash }) => Buffer.from(hash).equals(hashOf(token))));
}
