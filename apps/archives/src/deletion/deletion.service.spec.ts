import { type ArchivesForTest, archivesForTest, codeOf, content, paper, somebody } from '../testing/archives.js';

let archives: ArchivesForTest;
beforeAll(async () => (archives = await archivesForTest()), 60_000);
afterAll(() => archives?.close());

const author = somebody('scribe', 'secret');
const filed = async (owner = author) => (await archives.documents.file(paper('restricted'), owner)).id;
const listed = async (user = author) => (await archives.documents.list({ limit: 100 }, user)).items.map(({ id }) => id);
const deleted = async (user = author) => (await archives.deletion.list({ limit: 100 }, user)).items.map(({ id }) => id);

describe('deleting a document', () => {
  it('hides it with its versions, and says until when it can be restored', async () => {
    const id = await filed();
    await expect(archives.deletion.delete({ id, version: 1 }, author)).resolves.toBeNull();
    const attempts = [
      archives.documents.read(id, author),
      archives.documents.change({ id, ...content() }, author),
      archives.versions.read({ id, number: 1 }, author),
      archives.deletion.delete({ id }, author),
    ];
    expect(new Set(await Promise.all(attempts.map(codeOf)))).toEqual(new Set(['document-not-found']));
    expect(await listed()).not.toContain(id);
    const { items } = await archives.deletion.list({ limit: 1 }, author);
    const [item] = items;
    expect(item).toMatchObject({ id, title: 'Charter', version: 1 });
    expect(Date.parse(item?.goneAt ?? '') - Date.parse(item?.deletedAt ?? '')).toBe(30 * 86_400_000);
  });

  it('is refused for a version that is not the newest', async () => {
    const id = await filed();
    expect(await codeOf(archives.deletion.delete({ id, version: 2 }, author))).toBe('version-conflict');
    await expect(archives.documents.read(id, author)).resolves.toMatchObject({ id });
  });

  it('is open only to its owner', async () => {
    const id = await filed();
    const archivist = somebody('archivist', 'sealed');
    expect(await codeOf(archives.deletion.delete({ id }, archivist))).toBe('document-not-yours');
    expect(await codeOf(archives.deletion.delete({ id }, somebody('scribe', 'sealed')))).toBe('document-not-found');
    await expect(archives.documents.read(id, author)).resolves.toMatchObject({ id });
  });
});

describe('restoring a document', () => {
  it('brings it back as it was', async () => {
    const id = await filed();
    const before = await archives.documents.read(id, author);
    await archives.deletion.delete({ id }, author);
    await expect(archives.deletion.restore(id, author)).resolves.toEqual(before);
    expect([await listed(), await deleted()]).toEqual([expect.arrayContaining([id]), expect.not.arrayContaining([id])]);
  });

  it('is possible for 30 days', async () => {
    const id = await filed();
    await archives.deletedDaysAgo(id, 31);
    expect(await deleted()).not.toContain(id);
    expect(await codeOf(archives.deletion.restore(id, author))).toBe('document-not-found');
    await archives.deletedDaysAgo(id, 29);
    await expect(archives.deletion.restore(id, author)).resolves.toMatchObject({ id });
  });

  it.each([
    ['another user', somebody('archivist', 'sealed')],
    ['an owner who is no longer cleared for it', { ...author, clearance: 'public' as const }],
  ])('is refused to %s, and not listed for that user', async (_, user) => {
    const id = await filed();
    await archives.deletion.delete({ id }, author);
    expect(await codeOf(archives.deletion.restore(id, user))).toBe('document-not-found');
    expect(await deleted(user)).not.toContain(id);
  });

  it('does nothing to a document that is there', async () => {
    expect(await codeOf(archives.deletion.restore(await filed(), author))).toBe('document-not-found');
  });
});

describe('the sweep', () => {
  it('removes what was deleted more than 30 days ago with its versions and grants, and nothing else', async () => {
    await archives.empty();
    const other = somebody('scribe', 'restricted');
    const [there, recent] = [await filed(), await filed()];
    await archives.deletedDaysAgo(recent, 29);
    const old = await Promise.all(Array.from({ length: 23 }, (_, index) => filed(index % 2 === 0 ? author : other)));
    const [first = ''] = old;
    await archives.grants.share({ id: first, to: { role: 'citizen' }, access: 'read' }, author);
    for (const id of old) await archives.deletedDaysAgo(id, 31);

    await expect(archives.deletion.sweep()).resolves.toBe(23);
    const left = await archives.prisma.document.findMany({ select: { id: true }, orderBy: { id: 'asc' } });
    expect(left.map(({ id }) => id)).toEqual([there, recent]);
    expect(await archives.prisma.documentVersion.count()).toBe(2);
    expect(await archives.prisma.documentGrant.count()).toBe(0);
    await expect(archives.deletion.sweep()).resolves.toBe(0);
  });

  it('of several replicas at once removes each once', async () => {
    const old = await Promise.all(Array.from({ length: 12 }, () => filed(somebody('scribe', 'restricted'))));
    for (const id of old) await archives.deletedDaysAgo(id, 31);
    await Promise.all([archives.deletion.sweep(), archives.deletion.sweep(), archives.deletion.sweep()]);
    await archives.deletion.sweep();
    expect(await archives.prisma.document.count({ where: { id: { in: old } } })).toBe(0);
  });
});
