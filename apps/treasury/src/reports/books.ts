import type { treasury } from '@citadel/contracts';
import type { ReplyOf } from '@citadel/protocol';
import type { Pool } from 'pg';

type TrialBalance = ReplyOf<typeof treasury.trialBalance>['items'][number];

/** Read from the balances of all accounts, so it takes longer the more there are. */
export async function trialBalance(pool: Pool): Promise<TrialBalance[]> {
  const { rows } = await pool.query<Record<'currency' | 'vault' | 'customers' | 'total', string>>(`
    SELECT currency,
           COALESCE(sum(balance) FILTER (WHERE kind = 'vault'), 0) AS vault,
           COALESCE(sum(balance) FILTER (WHERE kind = 'customer'), 0) AS customers,
           sum(balance) AS total
    FROM accounts GROUP BY currency ORDER BY currency`);
  return rows.map(({ currency, vault, customers, total }) => ({
    // The column's type has the currencies of the contract.
    currency: currency as TrialBalance['currency'],
    vault: Number(vault),
    customers: Number(customers),
    total: Number(total),
  }));
}

/** A rule of the books, as a query that finds what breaks it; each row names it. */
const RULES = {
  'a balance is the sum of its account’s postings': `
    SELECT a.id::text AS culprit FROM accounts a LEFT JOIN postings p ON p.account_id = a.id
    GROUP BY a.id HAVING a.balance <> COALESCE(sum(p.amount), 0)`,
  'each posting names the balance that it left': `
    SELECT account_id || ' at ' || booked_at AS culprit FROM (
      SELECT account_id, booked_at, balance, sum(amount) OVER (PARTITION BY account_id ORDER BY booked_at) AS counted
      FROM postings
    ) line WHERE balance <> counted`,
  'the postings of a transfer add up to zero': `
    SELECT t.id::text AS culprit FROM transfers t LEFT JOIN postings p ON p.transfer_id = t.id
    GROUP BY t.id HAVING count(p.amount) < 2 OR sum(p.amount) <> 0`,
  'no customer is below zero, and what is closed is empty': `
    SELECT id::text AS culprit FROM accounts WHERE (kind = 'customer' AND balance < 0) OR (state = 'closed' AND balance <> 0)`,
  'all accounts of a currency add up to zero': `
    SELECT currency::text AS culprit FROM accounts GROUP BY currency HAVING sum(balance) <> 0`,
};

const SHOWN = 10;

export interface Finding {
  readonly rule: string;
  /** Ids of accounts or transfers, ten at most. */
  readonly culprits: readonly string[];
}

/** Counts everything again from the postings, all rules at one moment. @returns what breaks a rule */
export async function verifyBooks(pool: Pool): Promise<Finding[]> {
  const connection = await pool.connect();
  try {
    // The queries must see the same books, whatever is booked meanwhile.
    await connection.query('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const findings: Finding[] = [];
    for (const [rule, query] of Object.entries(RULES)) {
      const { rows } = await connection.query<{ culprit: string }>(`${query} LIMIT ${String(SHOWN)}`);
      if (rows.length > 0) findings.push({ rule, culprits: rows.map(({ culprit }) => culprit) });
    }
    await connection.query('COMMIT');
    return findings;
  } finally {
    // With its transaction, should a query have failed.
    connection.release(true);
  }
}
