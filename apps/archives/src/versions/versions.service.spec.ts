import { randomUUID } from 'node:crypto';

import { type ArchivesForTest, archivesForTest, codeOf, content, paper, somebody } from '../testing/archives.js';

let archives: ArchivesForTest;
beforeAll(async () => (archives = await archivesForTest()), 60_000);
afterAll(() => archives?.close());

const author = somebody('scribe', 'secret');

/** A document with so many versions, each with its number for a text. */
async function written(versions: number): Promise<string> {
  const { id } = await archives.documents.file({ ...paper('restricted'), body: '1' }, author);
  for (let number = 2; number <= versions; number += 1) {
    await archives.documents.change({ id, ...content(String(number)) }, author);
  }
  return id;
}

describe('the versions of a document', () => {
  it('are all there, page by page, the newest first, without their text', async () => {
    const id = await written(5);
    const seen: number[] = [];
    let cursor: string | null | undefined;
    do {
      const page = await archives.versions.list({ id, limit: 2, ...(cursor ? { cursor } : {}) }, author);
      for (const item of page.items) expect(item).not.toHaveProperty('body');
      seen.push(...page.items.map(({ number }) => number));
      cursor = page.nextCursor;
    } while (cursor);
    expect(seen).toEqual([5, 4, 3, 2, 1]);
  });

  it('are read one by one as they were written, by whom', async () => {
    const id = await written(2);
    for (const number of [1, 2]) {
      await expect(archives.versions.read({ id, number }, author)).resolves.toMatchObject({
        number,
        body: String(number),
        authorId: author.id,
        tags: ['law'],
      });
    }
  });

  it('are not there beyond the newest', async () => {
    const id = await written(1);
    expect(await codeOf(archives.versions.read({ id, number: 2 }, author))).toBe('document-version-not-found');
    await expect(archives.versions.list({ id, limit: 1, cursor: '1' }, author)).resolves.toEqual({
      items: [],
      nextCursor: null,
    });
  });

  it('are not found by users who may not read the document', async () => {
    const id = await written(1);
    for (const [document, reader] of [
      [id, somebody('citizen', 'sealed')],
      [id, { ...author, clearance: 'public' as const }],
      [randomUUID(), author],
    ] as const) {
      expect(await codeOf(archives.versions.read({ id: document, number: 1 }, reader))).toBe('document-not-found');
      expect(await codeOf(archives.versions.list({ id: document, limit: 1 }, reader))).toBe('document-not-found');
    }
  });
});

describe('the database', () => {
  const REFUSED = { code: '23001' };

  it.each([
    ['changes no version', "UPDATE document_versions SET body = 'x'"],
    ['deletes no version of a document that is there', 'DELETE FROM document_versions'],
    ['empties no table', 'TRUNCATE documents CASCADE'],
    ['changes no title but by a version', "UPDATE documents SET title = 'x'"],
    ['declassifies nothing but by a version', "UPDATE documents SET clearance = 'public'"],
    ['gives a document to nobody else', 'UPDATE documents SET owner_id = gen_random_uuid()'],
    [
      'deletes no document that can come back',
      "UPDATE documents SET deleted_at = now() - INTERVAL '29 days'; DELETE FROM documents",
    ],
  ])('%s, even for the owner of its tables', async (_, sql) => {
    await written(1);
    await expect(archives.asOwner(sql)).rejects.toMatchObject(REFUSED);
  });

  it('keeps no document without a version', async () => {
    const attempt = archives.prisma.document.create({ data: { ownerId: author.id } });
    await expect(attempt).rejects.toThrow(/has no version/);
  });

  it('numbers, dates and digests a version itself', async () => {
    const id = await written(1);
    const forge = `INSERT INTO document_versions (document_id, number, title, format, body, tags, clearance, sha256, author_id, created_at)
      VALUES ('${id}', 7, 'Forged', 'text', 'x', '{}', 'public', '\\x00', '${author.id}', '2000-01-01')`;
    await archives.asOwner(forge);
    const version = await archives.versions.read({ id, number: 2 }, author);
    expect(version.sha256).toBe('2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881');
    expect(new Date(version.createdAt).getUTCFullYear()).toBeGreaterThan(2000);
  });

  it('adds no version to a document that was deleted', async () => {
    const id = await written(1);
    await archives.deletion.delete({ id }, author);
    await expect(
      archives.asOwner(`INSERT INTO document_versions (document_id, title, format, body, tags, clearance, author_id)
        VALUES ('${id}', 'Late', 'text', 'x', '{}', 'public', '${author.id}')`),
    ).rejects.toMatchObject({ code: '23503' });
  });
});
