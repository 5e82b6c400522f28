import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { connectionOf } from '@citadel/platform/database';
import pg from 'pg';

import { migrate } from './migrate.js';
import { databaseServices, migrationsFolderOf } from './service.js';
import { migratorOf, psqlScriptOf } from './service-database.js';
import { type ScratchPostgres, scratchPostgres } from './testing/scratch-postgres.js';

interface Prepared {
  readonly url: string;
  readonly migratorUrl: string;
}

let server: ScratchPostgres;
const databases = new Map<string, Prepared>();
const cleanUps: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  server = await scratchPostgres();
  cleanUps.push(() => server.close());
  for (const service of databaseServices()) {
    const prepared = await server.createServiceDatabase();
    await migrate({ service, url: prepared.migratorUrl, ca: server.ca });
    databases.set(service, prepared);
  }
}, 60_000);
afterAll(async () => {
  for (const cleanUp of cleanUps) await cleanUp();
});

function of(service: string): Prepared {
  const found = databases.get(service);
  if (!found) throw new Error(`${service} has no database`);
  return found;
}

const pools = new Map<string, pg.Pool>();

function query(url: string, sql: string) {
  const pool = pools.get(url) ?? new pg.Pool({ ...connectionOf(url, server.ca), max: 1 });
  if (!pools.has(url)) {
    pool.on('error', () => undefined);
    pools.set(url, pool);
    cleanUps.unshift(() => pool.end());
  }
  return pool.query<Record<string, unknown>>(sql);
}

const asService = (service: string, sql: string) => query(of(service).url, sql);
const asOwner = (service: string, sql: string) => query(of(service).migratorUrl, sql);

const DENIED = { code: '42501' };

describe('the login of a service', () => {
  const final = ['transfers', 'postings'];
  const tables: readonly (readonly [service: string, table: string])[] = [
    ['auth', 'events'],
    ...final.map((table) => ['treasury', table] as const),
    ['treasury', 'accounts'],
    ['archives', 'document_versions'],
    ['archives', 'document_grants'],
    ['archives', 'holdings'],
  ];

  it.each(
    tables.flatMap(([service, table]) =>
      [
        `ALTER TABLE ${table} DISABLE TRIGGER ALL`,
        `ALTER TABLE ${table} ENABLE ALWAYS RULE x`,
        `DELETE FROM ${table}`,
        `TRUNCATE ${table} CASCADE`,
        `DROP TABLE ${table} CASCADE`,
        `ALTER TABLE ${table} OWNER TO CURRENT_USER`,
      ].map((sql) => [service, sql] as const),
    ),
  )('of %s cannot %s', async (service, sql) => {
    await expect(asService(service, sql)).rejects.toMatchObject(DENIED);
  });

  it.each([
    ['auth', 'events', ['published_at']],
    ['treasury', 'accounts', ['name', 'state']],
    ['treasury', 'transfers', []],
    ['treasury', 'postings', []],
    ['archives', 'documents', ['deleted_at']],
    ['archives', 'document_versions', []],
    ['archives', 'document_grants', ['revoked_at', 'revoked_by']],
    ['archives', 'holdings', []],
    ['auth', 'refresh_tokens', ['used_at', 'used_by']],
  ])('of %s updates of %s no column but %p', async (service, table, allowed) => {
    const { rows } = await asOwner(
      service,
      `SELECT attname AS column FROM pg_attribute
       WHERE attrelid = '${table}'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attname`,
    );
    const columns = rows.map(({ column }) => String(column));
    const updatable: string[] = [];
    for (const column of columns) {
      const attempt = asService(service, `UPDATE ${table} SET "${column}" = "${column}" WHERE false`);
      await attempt.then(
        () => updatable.push(column),
        (error: unknown) => expect(error).toMatchObject(DENIED),
      );
    }
    expect(updatable).toEqual(allowed);
  });

  it.each(databaseServices())('creates nothing: %s', async (service) => {
    for (const sql of [
      'CREATE TABLE mine ()',
      'CREATE TEMP TABLE mine ()',
      'CREATE SCHEMA mine',
      `CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'`,
      'CREATE ROLE mine',
      'CREATE DATABASE mine',
      `SET session_replication_role = 'replica'`,
      'DROP SCHEMA public CASCADE',
    ]) {
      await expect(asService(service, sql)).rejects.toMatchObject(DENIED);
    }
  });

  it.each(databaseServices())('does not become owner or migrator: %s', async (service) => {
    const { username } = new URL(of(service).url);
    for (const role of [`${username}_owner`, migratorOf(username), 'postgres']) {
      await expect(asService(service, `SET ROLE ${role}`)).rejects.toMatchObject(DENIED);
    }
  });

  it.each(databaseServices())('owns nothing and reads no migrations: %s', async (service) => {
    const owned = `SELECT relname FROM pg_class WHERE relowner = CURRENT_USER::regrole
      UNION ALL SELECT datname FROM pg_database WHERE datdba = CURRENT_USER::regrole
      UNION ALL SELECT proname FROM pg_proc WHERE proowner = CURRENT_USER::regrole`;
    expect((await asService(service, owned)).rows).toEqual([]);
    await expect(asService(service, 'SELECT FROM _prisma_migrations')).rejects.toMatchObject(DENIED);
  });

  it.each(databaseServices())('cannot connect to the database of another: %s', async (service) => {
    for (const other of databaseServices()
      .filter((one) => one !== service)
      .map((one) => of(one).url)) {
      const url = new URL(of(service).url);
      url.pathname = new URL(other).pathname;
      await expect(query(url.href, 'SELECT 1')).rejects.toMatchObject(DENIED);
    }
  });
});

describe('the owner of a database', () => {
  it.each(databaseServices())('cannot log in: %s', async (service) => {
    const { rows } = await asOwner(service, 'SELECT rolname, rolcanlogin FROM pg_roles WHERE rolname = CURRENT_USER');
    expect(rows).toEqual([{ rolname: `${new URL(of(service).url).username}_owner`, rolcanlogin: false }]);
  });
});

describe('grants', () => {
  const grantsOf = (service: string) => readFile(path.join(migrationsFolderOf(service), '../grants.sql'), 'utf8');

  it.each(databaseServices())('of %s are written down', async (service) => {
    await expect(grantsOf(service)).resolves.toContain(':"login"');
  });

  it('are asked for when a migration adds a table or a sequence without any', async () => {
    await asOwner('archives', 'CREATE TABLE shelves (id BIGSERIAL)');
    const attempt = migrate({ service: 'archives', url: of('archives').migratorUrl, ca: server.ca });
    await expect(attempt).rejects.toThrow(
      'prisma/archives/grants.sql gives the service nothing on shelves, shelves_id_seq: add a GRANT for each',
    );
    await asOwner('archives', 'DROP TABLE shelves');
  });

  it('revoke what was granted by hand', async () => {
    const { username } = new URL(of('archives').url);
    const byHand = `GRANT DELETE ON document_versions TO ${username}; GRANT UPDATE (title) ON documents TO PUBLIC`;
    await asOwner('archives', byHand);
    await migrate({ service: 'archives', url: of('archives').migratorUrl, ca: server.ca });
    for (const sql of ['DELETE FROM document_versions', `UPDATE documents SET title = ''`]) {
      await expect(asService('archives', sql)).rejects.toMatchObject(DENIED);
    }
  });
});

describe('a database of version 0.1', () => {
  it('is taken from the login that owned it, with all that is in it, and keeps its rows', async () => {
    const url = await server.createDatabase();
    const name = new URL(url).username;
    const lines: string[] = [];
    await migrate({ service: 'auth', url, ca: server.ca, log: (line) => lines.push(line) });
    expect(lines).toContainEqual(expect.stringContaining(`${name} owns the tables of its database`));
    await query(url, `INSERT INTO events (type, outcome) VALUES ('login', 'success')`);

    await server.prepare({ name, passwords: { service: name, migrator: name } });
    const migratorUrl = url.replace(`//${name}:`, `//${migratorOf(name)}:`);
    await migrate({ service: 'auth', url: migratorUrl, ca: server.ca });

    expect((await query(url, 'SELECT type FROM events')).rows).toEqual([{ type: 'login' }]);
    await expect(query(url, 'ALTER TABLE events DISABLE TRIGGER ALL')).rejects.toMatchObject(DENIED);
    await expect(query(url, 'DELETE FROM events')).rejects.toMatchObject(DENIED);
  }, 30_000);
});

describe('the script for psql', () => {
  it('holds each step once, and the passwords as verifiers alone', () => {
    const script = psqlScriptOf([{ name: 'citadel_auth', passwords: { service: 'SCRAM$1', migrator: 'SCRAM$2' } }]);
    for (const part of ['\\set ON_ERROR_STOP on', '\\gexec', '\\connect "citadel_auth"', 'REASSIGN OWNED', 'SCRAM$2']) {
      expect(script.split(part)).toHaveLength(2);
    }
  });
});
