import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connectionOf } from '@citadel/platform/database';
import pg from 'pg';

import { migrate } from './migrate.js';
import { issueCertificate } from './testing/certificate.js';
import { type ScratchPostgres, scratchPostgres } from './testing/scratch-postgres.js';

let server: ScratchPostgres;
let folder: string;
let url: string;

beforeAll(async () => (server = await scratchPostgres()), 60_000);
afterAll(() => server?.close());

beforeEach(async () => {
  url = await server.createDatabase();
  folder = await mkdtemp(path.join(tmpdir(), 'citadel-migrations-'));
  await writeFile(path.join(folder, 'migration_lock.toml'), 'provider = "postgresql"\n');
});
afterEach(() => rm(folder, { recursive: true }));

const apply = (options: Partial<Parameters<typeof migrate>[0]> = {}) =>
  migrate({ service: 'treasury', url, ca: server.ca, folder, ...options });

async function write(name: string, sql: string): Promise<void> {
  await mkdir(path.join(folder, name), { recursive: true });
  await writeFile(path.join(folder, name, 'migration.sql'), sql);
}

async function query(sql: string) {
  const client = new pg.Client(connectionOf(url, server.ca));
  await client.connect();
  return client.query(sql).finally(() => client.end());
}

const BOOKS = 'CREATE TABLE books (title TEXT PRIMARY KEY);';
const LOANS = 'CREATE TABLE loans (title TEXT REFERENCES books);';

describe('migrating', () => {
  it('applies what is missing, in order, and then nothing more', async () => {
    await write('1_books', BOOKS);
    await expect(apply()).resolves.toEqual({ applied: ['1_books'] });
    await write('2_loans', LOANS);
    const lines: string[] = [];
    await expect(apply({ log: (line) => lines.push(line) })).resolves.toEqual({ applied: ['2_loans'] });
    expect(lines).toEqual(['treasury: applied 2_loans']);
    await expect(apply()).resolves.toEqual({ applied: [] });
  });

  it('is safe from many processes at a time: one applies, the others wait and find it done', async () => {
    await write('1_books', `${BOOKS} SELECT pg_sleep(0.3);`);
    await write('2_loans', LOANS);
    const lines: string[] = [];
    const results = await Promise.all(Array.from({ length: 4 }, () => apply({ log: (line) => lines.push(line) })));
    expect(results.filter(({ applied }) => applied.length > 0)).toEqual([{ applied: ['1_books', '2_loans'] }]);
    expect(lines.filter((line) => line.startsWith('another process')).length).toBeGreaterThan(0);
  });

  it('leaves functions whole', async () => {
    await write(
      '1_function',
      'CREATE FUNCTION one() RETURNS int LANGUAGE plpgsql AS $$ BEGIN PERFORM 2; RETURN 1; END $$;',
    );
    await apply();
    await expect(query('SELECT one()')).resolves.toMatchObject({ rows: [{ one: 1 }] });
  });

  it('keeps a record that `prisma migrate deploy` can go on with', async () => {
    await write('1_books', BOOKS);
    await apply();
    const { rows } = await query('SELECT migration_name, finished_at IS NOT NULL AS finished FROM _prisma_migrations');
    expect(rows).toEqual([{ migration_name: '1_books', finished: true }]);
  });
});

describe('a migration that fails', () => {
  const BROKEN = `${BOOKS}\nCREATE TABLE shelves (\n  id INT,\n  nonsense NONSENSE\n);`;

  it('leaves nothing behind, says where and why, and names the way out', async () => {
    await write('1_books', BROKEN);
    const attempt = apply();
    await expect(attempt).rejects.toThrow('Migration 1_books of treasury failed and was rolled back');
    await expect(attempt).rejects.toThrow('type "nonsense" does not exist');
    await expect(attempt).rejects.toThrow('migration.sql:4');
    await expect(attempt).rejects.toThrow('npm run db:migrate -- treasury --rolled-back 1_books');
    await expect(query('SELECT * FROM books')).rejects.toThrow('relation "books" does not exist');
  });

  it('stops later ones until an operator has resolved it', async () => {
    await write('1_books', BROKEN);
    await expect(apply()).rejects.toThrow('failed');
    await write('2_loans', LOANS);
    await expect(apply()).rejects.toThrow(/1_books of treasury began earlier and did not end well/);
  });

  it('is tried again after it was corrected and declared rolled back', async () => {
    await write('1_books', BROKEN);
    await expect(apply()).rejects.toThrow('failed');
    await write('1_books', BOOKS);
    const resolution = { migration: '1_books', as: 'rolled-back' } as const;
    await expect(apply({ resolution })).resolves.toEqual({ applied: ['1_books'] });
  });

  it('is passed over after it was completed by hand and declared applied', async () => {
    await write('1_books', BROKEN);
    await expect(apply()).rejects.toThrow('failed');
    await query(BOOKS);
    await write('2_loans', LOANS);
    const resolution = { migration: '1_books', as: 'applied' } as const;
    await expect(apply({ resolution })).resolves.toEqual({ applied: ['2_loans'] });
  });
});

describe('a history that does not fit', () => {
  beforeEach(async () => {
    await write('1_books', BOOKS);
    await apply();
  });

  it('is refused when an applied migration was edited', async () => {
    await write('1_books', `${BOOKS} -- edited`);
    await expect(apply()).rejects.toThrow(/1_books of treasury was changed after it had been applied/);
  });

  it('is refused when another branch migrated the database', async () => {
    await rm(path.join(folder, '1_books'), { recursive: true });
    await write('1_other', 'CREATE TABLE other ();');
    await expect(apply()).rejects.toThrow(/has migrations that this code does not know \(1_books\)/);
  });

  it('is accepted, and said, when the database is newer than the code', async () => {
    await write('2_loans', LOANS);
    await apply();
    await rm(path.join(folder, '2_loans'), { recursive: true });
    const lines: string[] = [];
    await expect(apply({ log: (line) => lines.push(line) })).resolves.toEqual({ applied: [] });
    expect(lines).toEqual(['treasury: the database is newer than this code; it also has 2_loans']);
  });
});

describe('the connection', () => {
  it('is refused to a server with a certificate from elsewhere', async () => {
    await write('1_books', BOOKS);
    const { ca } = await issueCertificate();
    const attempt = apply({ ca });
    await expect(attempt).rejects.toThrow(/certificate signature failure|unable to verify|self-signed/);
    await expect(attempt).rejects.toThrow(/DATABASE_CA_FILE/);
  });

  it('tells which server does not answer', async () => {
    await write('1_books', BOOKS);
    const attempt = apply({ url: 'postgresql://me:hunter2@127.0.0.1:1/treasury' });
    await expect(attempt).rejects.toThrow('Cannot connect to the database treasury at 127.0.0.1:1 as me');
    await expect(attempt).rejects.not.toThrow('hunter2');
  });

  it('is refused to a server whose certificate has another name', async () => {
    await write('1_books', BOOKS);
    // Leads to the same server, and is not in its certificate.
    const attempt = apply({ url: url.replace('127.0.0.1', '0.0.0.0') });
    await expect(attempt).rejects.toThrow(/not match certificate's altnames/);
  });
});

it('names the services there are when asked for another', async () => {
  await expect(migrate({ service: 'vault', url, ca: server.ca })).rejects.toThrow(
    /no service "vault" with a database; there are archives, auth, treasury/,
  );
});
