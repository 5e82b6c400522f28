import type { Break } from '../break.js';

const SPEC = 'tools/database/src/service-rights.spec.ts';

export const breaks: readonly Break[] = [
  {
    rule: 'A service cannot delete from its audit trail',
    file: 'prisma/auth/grants.sql',
    find: 'GRANT SELECT, INSERT, UPDATE ("published_at") ON "events"',
    replace: 'GRANT SELECT, INSERT, DELETE, UPDATE ("published_at") ON "events"',
    spec: SPEC,
    test: 'of %s cannot %s',
  },
  {
    rule: 'A service changes nothing of an audit event but the mark of publication',
    file: 'prisma/auth/grants.sql',
    find: 'UPDATE ("published_at") ON "events"',
    replace: 'UPDATE ON "events"',
    spec: SPEC,
    test: 'of %s updates of %s no column but %p',
  },
  {
    rule: 'The treasury cannot write a balance',
    file: 'prisma/treasury/grants.sql',
    find: 'UPDATE ("name", "state") ON "accounts"',
    replace: 'UPDATE ON "accounts"',
    spec: SPEC,
    test: 'of %s updates of %s no column but %p',
  },
  {
    rule: 'A service does not own its database',
    file: 'tools/database/src/service-database.ts',
    find: '`REASSIGN OWNED BY ${service} TO ${owner};`,',
    replace: '',
    spec: SPEC,
    test: 'is taken from the login that owned it, with all that is in it, and keeps its rows',
  },
  {
    rule: 'A service makes no temporary tables and no connection to the database of another',
    file: 'tools/database/src/service-database.ts',
    find: '`REVOKE ALL ON DATABASE ${database} FROM PUBLIC, ${service};`,',
    replace: '',
    spec: SPEC,
    test: 'creates nothing: %s',
  },
  {
    rule: 'A new table without grants stops the migration',
    file: 'tools/database/src/grants.ts',
    find: 'if (rows.length === 0) return;',
    replace: 'if (rows.length >= 0) return;',
    spec: SPEC,
    test: 'are asked for when a migration adds a table or a sequence without any',
  },
  {
    rule: 'What a service was given by hand is taken away by the next migration',
    file: 'tools/database/src/grants.ts',
    find: 'REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, ${grantee};',
    replace: '',
    spec: SPEC,
    test: 'revoke what was granted by hand',
  },
  {
    rule: 'A transfer takes no postings after it was booked',
    file: 'prisma/treasury/migrations/20261125000000_transfers_are_closed/migration.sql',
    find: 'WHERE id = transfer AND xmin = pg_current_xact_id()::xid',
    replace: 'WHERE id = transfer',
    spec: 'apps/treasury/src/transfers/ledger.spec.ts',
    test: 'postings that are added to an old transfer and cancel each other out',
  },
  {
    rule: 'A database is known by its certificate',
    file: 'libs/platform/src/database/connection.ts',
    find: 'rejectUnauthorized: true',
    replace: 'rejectUnauthorized: false',
    spec: 'tools/database/src/migrate.spec.ts',
    test: 'is refused to a server with a certificate from elsewhere',
  },
];
