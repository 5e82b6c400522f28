import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { connectionOf } from '@citadel/platform/database';
import type { StackDescription } from '@citadel/stack';
import pg from 'pg';

import { Gateway } from './gateway.js';
import { underLoad } from './load.js';
import type { MeasurementOptions } from './measurement.js';
import { describePace } from './pace.js';
import { percentile } from './percentiles.js';
import { processorTime } from './processors.js';
import { CONNECTIONS } from './rounds.js';

/** One may refresh 60 times at once: enough sessions that none comes near. */
const SESSIONS = 2_000;

interface Session {
  readonly id: string;
  refreshToken: string;
}

/** Refreshes a second beside single statements of PostgreSQL that change a row of the same table, and commit it, too. */
export async function measureRefreshes(stack: StackDescription, { pace }: MeasurementOptions): Promise<string[]> {
  const gateway = new Gateway(stack);
  const database = new pg.Pool({
    ...connectionOf(stack.migratorDatabases.auth, readFileSync(stack.ca, 'utf8')),
    max: 10,
  });
  try {
    const sessions = await openSessions(database);
    let turn = 0;
    const next = () => {
      const session = sessions[turn++ % sessions.length];
      if (!session) throw new Error('There is no session');
      return session;
    };
    const statement = () =>
      database.query({
        name: 'seen',
        text: 'UPDATE sessions SET last_seen_at = clock_timestamp() WHERE id = $1',
        values: [next().id],
      });
    const refresh = async () => {
      const session = next();
      const body = { refresh_token: session.refreshToken };
      const answer = await gateway.expect(200, 'POST', '/v1/auth/refresh', undefined, body);
      session.refreshToken = String(answer['refresh_token']);
    };
    await underLoad(CONNECTIONS, 500, statement);
    await underLoad(CONNECTIONS, 500, refresh);
    const statements: number[] = [];
    const refreshes: number[] = [];
    const times: number[] = [];
    const before = processorTime(stack);
    for (let round = 1; round <= pace.rounds; round++) {
      statements.push((await underLoad(CONNECTIONS, pace.roundMs, statement)).perSecond);
      const { perSecond, times: ofRound } = await underLoad(CONNECTIONS, pace.roundMs, refresh);
      refreshes.push(perSecond);
      times.push(...ofRound);
      process.stderr.write(`Round ${String(round)} of ${String(pace.rounds)} measured\n`);
    }
    const after = processorTime(stack);
    const spent = [...after]
      .map(([name, used]) => ({ name, each: (used - (before.get(name) ?? 0)) / times.length }))
      .filter(({ each }) => each >= 10)
      .map(({ name, each }) => `${name} ${each.toFixed(0)} µs`);
    const [limit, reached] = [percentile(statements, 0.5), percentile(refreshes, 0.5)];
    return [
      `${String(CONNECTIONS)} clients, ${describePace(pace)} in turns`,
      '',
      '| | a second | of the limit |',
      '| --- | --- | --- |',
      `| one UPDATE of a session by its id, prepared, 10 connections: the limit | ${limit.toFixed(0)} | 1.00 |`,
      `| refreshes | ${reached.toFixed(0)} | ${(reached / limit).toFixed(2)} |`,
      '',
      `A refresh takes ${percentile(times, 0.5).toFixed(0)} / ${percentile(times, 0.99).toFixed(0)} ms (p50 / p99),`,
      `and of processor time: ${spent.join(', ')} (PostgreSQL: with the statements of the limit).`,
    ];
  } finally {
    gateway.close();
    await database.end();
  }
}

/** Straight into the tables: to log in two thousand times takes minutes of hashing. */
async function openSessions(database: pg.Pool): Promise<Session[]> {
  const tokens = Array.from({ length: SESSIONS }, () => randomBytes(32).toString('base64url'));
  const { rows } = await database.query<{ id: string }>(
    `WITH made AS (
       INSERT INTO users (id, email, password_hash)
       SELECT id, 'bench-' || id || '@citadel.test', 'none' FROM (SELECT gen_random_uuid() AS id FROM generate_series(1, $1)) ids
       RETURNING id
     )
     INSERT INTO sessions (id, user_id, client_id, user_agent, address, methods, authenticated_at, idle_until, expires_at)
     SELECT gen_random_uuid(), id, 'citadel', 'bench', '127.0.0.1', '{pwd}', now(), now() + interval '1 hour', now() + interval '1 day'
     FROM made RETURNING id`,
    [SESSIONS],
  );
  const sessions = rows.map(({ id }, index) => ({ id, refreshToken: tokens[index] ?? '' }));
  await database.query(`INSERT INTO refresh_tokens (hash, session_id) SELECT * FROM unnest($1::bytea[], $2::uuid[])`, [
    tokens.map((token) => createHash('sha256').update(token).digest()),
    sessions.map(({ id }) => id),
  ]);
  return sessions;
}
