import { readFileSync } from 'node:fs';

import { connectionOf } from '@citadel/platform/database';
import type { DatabaseServiceName } from '@citadel/contracts';
import type { StackDescription } from '@citadel/stack';
import { Client, DatabaseError } from 'pg';

/** Runs one statement with the login that a service has at run time, in a transaction that is rolled back. */
export function databaseClient({ databases, ca }: StackDescription) {
  return async (service: DatabaseServiceName, statement: string): Promise<string> => {
    const client = new Client(connectionOf(databases[service], readFileSync(ca, 'utf8')));
    await client.connect();
    try {
      await client.query('BEGIN');
      await client.query(statement);
      return 'done';
    } catch (error) {
      if (error instanceof DatabaseError) return error.code ?? error.message;
      throw error;
    } finally {
      await client.query('ROLLBACK').finally(() => client.end());
    }
  };
}
