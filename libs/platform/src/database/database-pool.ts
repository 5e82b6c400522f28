import { connectionOf, type DatabaseConnection } from './connection.js';
import type { DatabaseConfig } from './database-config.js';

/** Options of `pg.Pool`, and through it of Prisma's adapter. Times are in milliseconds. */
export interface DatabasePool extends DatabaseConnection {
  readonly max: number;
  readonly connectionTimeoutMillis: number;
  readonly query_timeout: number;
  readonly statement_timeout: number;
  readonly idle_in_transaction_session_timeout: number;
  readonly idleTimeoutMillis: number;
  readonly keepAlive: true;
  readonly application_name: string;
}

/**
 * A bounded pool in which nothing waits forever. Waiting for a connection and then for an answer add up to less than
 * the gateway's patience (5 s, and 4.5 s by default), so that a dead database is a 503 from the service and not a 504 without a reason.
 * `statement_timeout` ends on the server what nobody waits for any longer.
 *
 * @example new Pool(databasePool(config, 'treasury'))
 */
export function databasePool(config: DatabaseConfig, applicationName: string): DatabasePool {
  return {
    ...connectionOf(config.DATABASE_URL, config.DATABASE_CA),
    max: 10,
    connectionTimeoutMillis: 0.6 * config.DATABASE_TIMEOUT_MS,
    query_timeout: 1.2 * config.DATABASE_TIMEOUT_MS,
    statement_timeout: config.DATABASE_TIMEOUT_MS,
    idle_in_transaction_session_timeout: 2 * config.DATABASE_TIMEOUT_MS,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    application_name: applicationName,
  };
}
