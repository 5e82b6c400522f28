import { databaseConfig, databasePool, readConfig } from '@citadel/platform';
import { Pool } from 'pg';
import { z } from 'zod';

import { verifyBooks } from './reports/books.js';

/** All postings there are may take minutes; nobody waits for an answer here. */
const PATIENCE_MS = 3_600_000;

/** `npm run treasury:verify`: counts every balance again from its postings, beside the running service. */
const config = readConfig(z.object(databaseConfig));
const pool = new Pool({
  ...databasePool(config, 'treasury-verify'),
  statement_timeout: PATIENCE_MS,
  query_timeout: PATIENCE_MS,
});

try {
  const findings = await verifyBooks(pool);
  for (const { rule, culprits } of findings) process.stdout.write(`BROKEN  ${rule}: ${culprits.join(', ')}\n`);
  if (findings.length > 0) {
    process.stdout.write(
      'The books are wrong. Stop the treasury and compare with a backup before anything else is booked.\n',
    );
    process.exitCode = 1;
  } else process.stdout.write('The books are right: every balance was counted again from its postings.\n');
} finally {
  await pool.end();
}
