import type { SqlClient } from './sql-client.js';

const SHOWN = 100;
const LIST = `SELECT consumer, event_id AS id, reason, failed_at AS "failedAt", replay FROM dead_letters 
  ORDER BY failed_at LIMIT ${String(SHOWN)}`;
const REPLAY = `UPDATE dead_letters SET replay = true WHERE $1::text = 'all' OR event_id::text = $1::text`;

interface DeadLetter {
  readonly consumer: string;
  readonly id: string;
  readonly reason: string;
  readonly failedAt: Date;
  readonly replay: boolean;
}

/**
 * `npm run <service>:events` lists the events that a service has put aside; `npm run <service>:events -- replay <id>` (or `all`)
 * has its running replicas try them again.
 *
 * @param client - the service's Prisma client
 * @returns with the exit code set: 0 if nothing is put aside, or what is asked for will be replayed
 */
export async function deadLettersCommand(
  service: string,
  client: Pick<SqlClient, '$queryRawUnsafe' | '$executeRawUnsafe'>,
  [verb, id]: readonly string[],
): Promise<void> {
  if (verb === undefined) return list(service, client);
  if (verb === 'replay' && id !== undefined) return replay(client, id);
  say(`Say "npm run ${service}:events" for a list, and add "-- replay <id>" or "-- replay all" to try again.`);
  process.exitCode = 2;
}

async function list(service: string, client: Pick<SqlClient, '$queryRawUnsafe'>): Promise<void> {
  const letters = await client.$queryRawUnsafe<DeadLetter[]>(LIST);
  for (const { failedAt, id, consumer, replay, reason } of letters) {
    say(`${failedAt.toISOString()}  ${id}  ${consumer}  ${replay ? 'waits to be tried again' : reason}`);
  }
  if (letters.length === 0) return say(`${service} has put no event aside.`);
  say(`Cure the cause, then: npm run ${service}:events -- replay all`);
  process.exitCode = 1;
}

async function replay(client: Pick<SqlClient, '$executeRawUnsafe'>, id: string): Promise<void> {
  const count = await client.$executeRawUnsafe(REPLAY, id);
  if (count > 0)
    return say(`${String(count)} will be tried again within seconds; list them again to see which failed.`);
  say(id === 'all' ? 'There is nothing to replay.' : 'No event with this id is put aside.');
  process.exitCode = 1;
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);
