import { randomUUID } from 'node:crypto';
import { testPrincipal } from '@citadel/auth/testing';
import { permissionsOf, type Role } from '@citadel/contracts';
import { type Clearance, CLEARANCES } from '@citadel/protocol';

import { type ArchivesForTest, archivesForTest } from '../testing/archives.js';

let archives: ArchivesForTest;
beforeAll(async () => (archives = await archivesForTest()), 60_000);
afterAll(() => archives?.close());

const somebody = (role: Role, clearance: Clearance) => testPrincipal({ permissions: permissionsOf([role]), clearance });
const paper = (clearance: Clearance) => ({ title: 'Charter', body: 'We the people', clearance });

describe('filing a document', () => {
  it('keeps it as it is, for who filed it', async () => {
    const author = somebody('scribe', 'secret');
    const document = await archives.documents.file(paper('secret'), author);
    expect(document).toEqual({
      id: expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-7/),
      ownerId: author.id,
      ...paper('secret'),
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    });
    await expect(archives.documents.read(document.id, author)).resolves.toEqual(document);
  });

  it('takes all the text that the contract allows, whatever its letters', async () => {
    const author = somebody('scribe', 'public');
    const body = '\u{10FFFF}é字'.repeat(65_536);
    expect(body).toHaveLength(262_144);
    const { id } = await archives.documents.file({ ...paper('public'), body }, author);
    expect((await archives.documents.read(id, author)).body).toBe(body);
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

  it('is for everybody if it is public', async () => {
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
    ['somebody else without the permission', 'restricted', somebody('scribe', 'sealed')],
    ['an archivist without the clearance', 'secret', somebody('archivist', 'restricted')],
    ['a sovereign without the clearance', 'sealed', somebody('sovereign', 'secret')],
  ] as const)('is refused to %s as if it were not there', async (_, clearance, reader) => {
    const attempt = archives.documents.read(await filed(clearance), reader);
    await expect(attempt).rejects.toMatchObject({ code: 'document-not-found', status: 404 });
  });

  it('answers the same for a document that never was', async () => {
    const attempt = archives.documents.read(randomUUID(), somebody('sovereign', 'sealed'));
    await expect(attempt).rejects.toMatchObject({ code: 'document-not-found', status: 404 });
  });

  it('stays possible for who filed it when their clearance is lowered', async () => {
    const id = await filed('sealed');
    await expect(archives.documents.read(id, { ...author, clearance: 'public' })).resolves.toMatchObject({ id });
  });
});

describe('listing documents', () => {
  it('goes page by page over what one may read, newest first, without the text', async () => {
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
