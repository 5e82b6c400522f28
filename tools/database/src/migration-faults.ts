import type { DiagnoseMigrationHistoryOutput, MigrationList } from '@prisma/schema-engine-wasm/schema_engine_bg';

import type { ScriptFailure } from './script-adapter.js';

const again = (service: string, option: string, migration: string) =>
  `npm run db:migrate -- ${service} --${option} ${migration}`;

/** What is wrong with the history of a database, or nothing; a database that is merely behind is fine. */
export function brokenHistory(service: string, diagnosis: DiagnoseMigrationHistoryOutput): Error | undefined {
  const [failed] = diagnosis.failedMigrationNames;
  if (failed) {
    return new Error(
      `Migration ${failed} of ${service} began earlier and did not end well, so nothing more is applied.\n` +
        `Look whether its changes are in the database. If they are not (a failed script leaves nothing behind, ` +
        `unless it commits by itself), correct the script and run:\n  ${again(service, 'rolled-back', failed)}\n` +
        `If they are, run:\n  ${again(service, 'applied', failed)}`,
    );
  }
  const [edited] = diagnosis.editedMigrationNames;
  if (edited) {
    return new Error(
      `Migration ${edited} of ${service} was changed after it had been applied, so databases would no longer be ` +
        `alike. Restore the file from version control and put the change into a new migration ` +
        `(npm run db:diff -- ${service} <name>). A local stack can also start afresh: npm run stack -- reset`,
    );
  }
  if (diagnosis.history?.diagnostic === 'historiesDiverge') {
    const unknown = diagnosis.history.unpersistedMigrationNames.join(', ');
    return new Error(
      `The database of ${service} has migrations that this code does not know (${unknown}), and lacks others. ` +
        `It was migrated from another branch: bring their folders here, or use another database.`,
    );
  }
  return undefined;
}

/** Says which migration PostgreSQL refused, where and why, and how to go on. */
export function failedMigration(service: string, list: MigrationList, { script, error }: ScriptFailure): Error {
  const name = list.migrationDirectories.find(({ migrationFile: { content } }) => content.value === script)?.path;
  const line = error.position ? script.slice(0, Number(error.position)).split('\n').length : undefined;
  const place = `prisma/${service}/migrations/${name ?? '?'}/migration.sql${line === undefined ? '' : `:${line}`}`;
  const reason = [error.message, error.detail, error.hint].filter(Boolean).join('\n  ');
  return new Error(
    `Migration ${name ?? '?'} of ${service} failed and was rolled back:\n  ${reason}\n  at ${place} (${error.code ?? 'no code'})\n` +
      `Correct the script, or the data it stumbled on, and run:\n  ${again(service, 'rolled-back', name ?? '<name>')}`,
    { cause: error },
  );
}
