import { PrismaPg } from '@prisma/adapter-pg';
import {
  ColumnTypeEnum,
  DriverAdapterError,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
  type SqlResultSet,
} from '@prisma/driver-adapter-utils';
import pg from 'pg';

// In the catalogs, kinds of things have the one-byte type "char", which the adapter cannot read.
const ONE_BYTE = /\b(constr\.contype|con\.confdeltype|con\.confupdtype)\b/g;

/** A migration's script and why PostgreSQL refused it. */
export interface ScriptFailure {
  readonly script: string;
  readonly error: pg.DatabaseError;
}

/**
 * Prisma's adapter, but a migration's script goes to the server whole: as one simple query it is one transaction, as
 * with `prisma migrate deploy`. The adapter's own `executeScript` cuts it at every semicolon, which tears functions
 * apart, and commits each piece by itself, which leaves half a migration behind when a later piece fails.
 *
 * @param shadow - an empty database on which the engine may try migrations; `diff` needs it, `apply` does not
 * @param onFailure - hears of the script that failed: the engine tells its text, not its position
 */
export function scriptAdapter(
  pool: pg.Pool,
  { shadow, onFailure }: { shadow?: pg.Pool; onFailure?: (failure: ScriptFailure) => void } = {},
): SqlMigrationAwareDriverAdapterFactory {
  const connect = async (to: pg.Pool): Promise<SqlDriverAdapter> => {
    const adapter = await new PrismaPg(to).connect();
    adapter.executeScript = (script) => execute(to, script, onFailure);
    const queryRaw = adapter.queryRaw.bind(adapter);
    adapter.queryRaw = async (query) =>
      withCharacters(await queryRaw({ ...query, sql: query.sql.replace(ONE_BYTE, '$1::text') }));
    return adapter;
  };
  return {
    provider: 'postgres',
    adapterName: '@prisma/adapter-pg',
    connect: () => connect(pool),
    connectToShadowDb: async () => {
      if (!shadow) throw new Error('This step needs a shadow database and has none');
      return connect(shadow);
    },
  };
}

/** The engine accepts the kind of a constraint as one character, not as text. */
function withCharacters({ columnNames, columnTypes, rows }: SqlResultSet): SqlResultSet {
  const types = columnTypes.map((type, i) => (columnNames[i] === 'constraint_type' ? ColumnTypeEnum.Character : type));
  return { columnNames, columnTypes: types, rows };
}

async function execute(pool: pg.Pool, script: string, onFailure?: (failure: ScriptFailure) => void): Promise<void> {
  try {
    await pool.query(script);
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error;
    onFailure?.({ script, error });
    const { code, severity, message, detail, column, hint } = error;
    throw new DriverAdapterError({
      kind: 'postgres',
      code: code ?? 'N/A',
      severity: severity ?? 'ERROR',
      message,
      detail,
      column,
      hint,
    });
  }
}
