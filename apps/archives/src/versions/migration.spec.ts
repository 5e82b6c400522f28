import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type MigratedDatabase, migratedDatabase } from '@citadel/database/testing';

const MIGRATIONS = path.resolve(import.meta.dirname, '../../../../prisma/archives/migrations');
const script = (name: string) => readFile(path.join(MIGRATIONS, name, 'migration.sql'), 'utf8');

let database: MigratedDatabase;
beforeAll(async () => (database = await migratedDatabase('archives')), 60_000);
afterAll(() => database?.close());

describe('documents of before there were versions', () => {
  it('become their first version, as they were, the longest too, and count for their owner', async () => {
    await database.asSuperuser('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
    await database.asSuperuser(await script('20261124000000_documents'));
    await database.asSuperuser(`INSERT INTO documents (id, owner_id, title, body, clearance, created_at)
      SELECT gen_random_uuid(), '00000000-0000-4000-8000-000000000001', 'Old', repeat('字', length), 'secret', '2026-11-24'
      FROM (VALUES (2), (262144)) AS bodies (length)`);
    await database.asSuperuser(await script('20261201000000_versions'));

    const { rows } = await database.asSuperuser(`
      SELECT d.version, d.title, d.clearance, v.number, v.author_id = d.owner_id AS "isByOwner", length(v.body) AS length,
        v.sha256 = sha256(convert_to(v.body, 'UTF8')) AS "isDigest", v.created_at = '2026-11-24' AS "isFromThen"
      FROM documents d JOIN document_versions v ON v.document_id = d.id ORDER BY length`);
    const same = { version: 1, title: 'Old', clearance: 'secret', number: 1 };
    const kept = { ...same, isByOwner: true, isDigest: true, isFromThen: true };
    expect(rows).toEqual([
      { ...kept, length: 2 },
      { ...kept, length: 262_144 },
    ]);
    const held = await database.asSuperuser('SELECT bytes FROM holdings');
    expect(held.rows).toEqual([{ bytes: String(3 * 262_146 + 2 * 1024) }]);
  });
});
