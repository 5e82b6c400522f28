import { createHash, randomUUID } from 'node:crypto';
import { CLEARANCES, type Clearance } from '@citadel/protocol';

import { type ArchivesForTest, archivesForTest, content, paper, somebody } from '../testing/archives.js';

let archives: ArchivesForTest;
beforeAll(async () => (archives = await archivesForTest()), 60_000);
afterAll(() => archives?.close());

describe('filing a document', () => {
  it('stores it unchanged, for the user who filed it', async () => {
    const author = somebody('scribe', 'secret');
    const document = await archives.documents.file(paper('secret'), author);
    const moment = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect(document).toEqual({
      id: expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-7/),
      ownerId: author.id,
      authorId: author.id,
      ...paper('secret'),
      version: 1,
      transferId: null,
      sha256: createHash('sha256').update('We the people').digest('hex'),
      createdAt: moment,
      changedAt: moment,
    });
    await expect(archives.documents.read(document.id, author)).resolves.toEqual(document);
  });

  it('is not filed with a transfer that the treasury does not show', async () => {
    const author = somebody('citizen', 'restricted');
    const filed = archives.documents.file({ ...paper('public'), transferId: crypto.randomUUID() }, author);
    await expect(filed).rejects.toMatchObject({ code: 'transfer-not-found' });
    expect((await archives.documents.list({ limit: 1 }, author)).items).toEqual([]);
  });

  it('accepts 512 KiB of any characters', async () => {
    const author = somebody('scribe', 'public');
    for (const letter of ['x', '"', '\n', 'é', '字', '\u{10FFFF}']) {
      const body = letter.repeat(Math.floor(524_288 / Buffer.byteLength(letter)));
      const { id } = await archives.documents.file({ ...paper('public'), body }, author);
      expect((await archives.documents.read(id, author)).body).toBe(body);
    }
  });

  it.each(CLEARANCES.flatMap((held, rank) => CLEARANCES.slice(rank + 1).map((asked) => [asked, held] as const)))(
    'is refused for a %s one to a user cleared for %s',
    async (asked, held) => {
      await expect(archives.documents.file(paper(asked), somebody('archivist', held))).rejects.toMatchObject({
        code: 'insufficient-clearance',
        status: 403,
      });
    },
  );
});

describe('reading a document', () => {
  const author = somebody('scribe', 'sealed');
  const filed = async (clearance: Clearance) => (await archives.documents.file(paper(clearance), author)).id;

  it('is open to every user if it is public', async () => {
    const id = await filed('public');
    await expect(archives.documents.read(id, somebody('citizen', 'public'))).resolves.toMatchObject({ id });
  });

  it.each(['restricted', 'secret', 'sealed'] as const)(
    'is for archivists with the clearance if it is %s',
    async (clearance) => {
      const id = await filed(clearance);
      await expect(archives.documents.read(id, somebody('archivist', clearance))).resolves.toMatchObject({ id });
      await expect(archives.documents.read(id, somebody('auditor', 'sealed'))).resolves.toMatchObject({ id });
    },
  );

  it.each([
    ['another user without the permission', 'restricted', somebody('scribe', 'sealed')],
    ['an archivist without the clearance', 'secret', somebody('archivist', 'restricted')],
    ['a sovereign without the clearance', 'sealed', somebody('sovereign', 'secret')],
  ] as const)('is refused to %s as if it were not there', async (_, clearance, reader) => {
    const attempt = archives.documents.read(await filed(clearance), reader);
    await expect(attempt).rejects.toMatchObject({ code: 'document-not-found', status: 404 });
  });

  it('gives the same answer for a document that never existed', async () => {
    const attempt = archives.documents.read(randomUUID(), somebody('sovereign', 'sealed'));
    await expect(attempt).rejects.toMatchObject({ code: 'document-not-found', status: 404 });
  });

  it('is refused to its owner, too, when their clearance is lowered', async () => {
    const id = await filed('sealed');
    const lowered = { ...author, clearance: 'public' as const };
    await expect(archives.documents.read(id, lowered)).rejects.toMatchObject({ code: 'document-not-found' });
    expect((await archives.documents.list({ limit: 100 }, lowered)).items.map((item) => item.id)).not.toContain(id);
  });
});

describe('listing documents', () => {
  it('returns page by page what the user may read, newest first, without the text', async () => {
    const author = somebody('citizen', 'restricted');
    const filed: string[] = [];
    for (let i = 0; i < 5; i += 1) filed.unshift((await archives.documents.file(paper('restricted'), author)).id);
    const own: string[] = [];
    let cursor: string | null | undefined;
    do {
      const page = await archives.documents.list({ limit: 2, ...(cursor ? { cursor } : {}) }, author);
      for (const item of page.items) expect(item).not.toHaveProperty('body');
      own.push(...page.items.filter(({ ownerId }) => ownerId === author.id).map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor);
    expect(own).toEqual(filed);
  });
});

describe('changing a document', () => {
  const author = somebody('scribe', 'restricted');
  const next = content('They the people');

  it('writes the next version, and keeps the clearance', async () => {
    const { id } = await archives.documents.file(paper('restricted'), author);
    const changed = await archives.documents.change({ id, version: 1, ...next, title: 'New', tags: [] }, author);
    expect(changed).toMatchObject({ id, version: 2, title: 'New', tags: [], body: next.body, clearance: 'restricted' });
    await expect(archives.documents.read(id, author)).resolves.toEqual(changed);
    expect((await archives.documents.list({ limit: 1 }, author)).items).toMatchObject([
      { id, title: 'New', version: 2 },
    ]);
  });

  it('is refused for a version that is not the newest, and stores nothing', async () => {
    const document = await archives.documents.file(paper('restricted'), author);
    const { id } = document;
    await expect(archives.documents.change({ id, version: 2, ...next }, author)).rejects.toMatchObject({
      code: 'version-conflict',
      status: 412,
    });
    await expect(archives.documents.read(id, author)).resolves.toEqual(document);
  });

  it('succeeds once for each version, however many try at once', async () => {
    const { id } = await archives.documents.file(paper('restricted'), author);
    const attempts = Array.from({ length: 8 }, () => archives.documents.change({ id, version: 1, ...next }, author));
    const outcomes = await Promise.allSettled(attempts);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await archives.documents.read(id, author)).version).toBe(2);
  });

  it('is refused to users who may only read it, and to others as if it did not exist', async () => {
    const change = async (clearance: Clearance, user: typeof author) => {
      const { id } = await archives.documents.file(paper(clearance), author);
      return archives.documents.change({ id, ...next }, user);
    };
    const readOnly = { code: 'document-read-only', status: 403 };
    await expect(change('public', somebody('archivist', 'sealed'))).rejects.toMatchObject(readOnly);
    await expect(change('restricted', somebody('archivist', 'sealed'))).rejects.toMatchObject(readOnly);
    await expect(change('restricted', somebody('scribe', 'sealed'))).rejects.toMatchObject({
      code: 'document-not-found',
      status: 404,
    });
  });
});
