import type { Attack, Family } from '../attack.js';

/** What the login of a compromised service, or an injected statement, would do first. */
const STATEMENTS = {
  auth: [
    'ALTER TABLE events DISABLE TRIGGER ALL',
    'DELETE FROM events',
    'TRUNCATE events',
    `UPDATE events SET actor = NULL`,
    'DROP TRIGGER events_append_only ON events',
  ],
  treasury: [
    'ALTER TABLE accounts DISABLE TRIGGER ALL',
    'UPDATE accounts SET balance = 123456789',
    'UPDATE postings SET amount = -amount',
    'DELETE FROM postings',
    'TRUNCATE accounts, transfers, postings',
  ],
  archives: [
    'ALTER TABLE document_versions DISABLE TRIGGER ALL',
    `UPDATE document_versions SET body = 'What suits me'`,
    'DELETE FROM document_versions',
    `UPDATE documents SET clearance = 'public'`,
    'UPDATE documents SET owner_id = gen_random_uuid()',
    `UPDATE document_grants SET access = 'write'`,
    'DELETE FROM document_grants',
    'UPDATE holdings SET bytes = 0',
    'TRUNCATE documents, document_versions',
  ],
} as const;

const MAKE = [
  'CREATE TABLE loot ()',
  'CREATE TEMP TABLE loot ()',
  `CREATE FUNCTION loot() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'`,
];

const rewriteHistory: Attack = {
  title: 'Switching off the rules of the database',
  why: 'migrations and service share a login, so the service owns its tables and can turn every trigger off',
  holds: 'the owner cannot log in, and the login of a service has what grants.sql lists',
  async run({ sql }) {
    const tries = Object.entries(STATEMENTS).flatMap(([service, statements]) =>
      statements.map(async (statement) => {
        // The keys of STATEMENTS are names of services; Object.entries widens them.
        const answer = await sql(service as keyof typeof STATEMENTS, statement);
        return { at: `${service}: ${statement}`, answer, held: answer === '42501' };
      }),
    );
    return Promise.all(tries);
  },
};

const settle: Attack = {
  title: 'Making tables and functions of one’s own',
  why: 'whoever may create things may put a table or a function where another is looked up',
  holds: 'no login of a service may create anything, temporary tables included',
  run: async ({ sql }) =>
    Promise.all(
      MAKE.map(async (statement) => {
        const answer = await sql('archives', statement);
        return { at: `archives: ${statement}`, answer, held: answer === '42501' };
      }),
    ),
};

export const databases: Family = {
  name: 'databases',
  title: 'The login of a service in the wrong hands',
  attacks: [rewriteHistory, settle],
};
