import pg from 'pg';

// Not the engine's own number (72707369): its lock lives on a connection that its driver may close between two steps.
const LOCK = 0x63_69_74_61;
const PATIENCE = '120s';

/**
 * Runs `work` while no other process migrates this database. A second process waits, and then finds nothing to do.
 *
 * @throws Error that tells who to look for when the other process takes more than two minutes
 */
export async function whileNobodyElseMigrates<T>(
  connection: pg.ClientConfig,
  log: (line: string) => void,
  work: () => Promise<T>,
): Promise<T> {
  const client = new pg.Client(connection);
  // A connection that breaks while it is idle says so here; the next query fails and is reported.
  client.on('error', () => undefined);
  await client.connect().catch((error: unknown) => unreachable(connection, error));
  try {
    await acquire(client, log);
    return await work();
  } finally {
    // Ending the session gives the lock back, whatever happened.
    await client.end();
  }
}

function unreachable({ host, port, database, user }: pg.ClientConfig, error: unknown): never {
  const reason = error instanceof Error ? error.message : String(error);
  throw new Error(
    `Cannot connect to the database ${database ?? ''} at ${host ?? ''}:${String(port)} as ${user ?? ''}: ${reason}\n` +
      'Check that the server runs, that DATABASE_MIGRATOR_URL_* names it, its database and its login, and that DATABASE_CA_FILE ' +
      'holds the authority that issued its certificate for this host name.',
    { cause: error },
  );
}

async function acquire(client: pg.Client, log: (line: string) => void): Promise<void> {
  const attempt = await client.query<{ free: boolean }>('SELECT pg_try_advisory_lock($1) AS free', [LOCK]);
  if (attempt.rows[0]?.free) return;
  log('another process is migrating this database; waiting for it');
  await client.query(`SET lock_timeout = '${PATIENCE}'`);
  await client.query('SELECT pg_advisory_lock($1)', [LOCK]).catch((error: unknown) => {
    throw new Error(
      `Another process has been migrating for over ${PATIENCE}. See who it is with "SELECT pid, application_name, ` +
        `query FROM pg_stat_activity JOIN pg_locks USING (pid) WHERE locktype = 'advisory'", and run this again ` +
        'when it has ended.',
      { cause: error },
    );
  });
}
