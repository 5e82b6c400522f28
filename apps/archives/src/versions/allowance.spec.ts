import { type ArchivesForTest, archivesForTest, codeOf, content, paper, somebody } from '../testing/archives.js';

let archives: ArchivesForTest;
beforeAll(async () => (archives = await archivesForTest()), 60_000);
afterAll(() => archives?.close());

const MIB = 1024 * 1024;
const LARGE = content('x'.repeat(524_288));

const heldBy = async (ownerId: string) =>
  Number((await archives.prisma.holding.findUnique({ where: { ownerId } }))?.bytes ?? 0);

/** As if an owner had stored so much already. */
const fill = (ownerId: string, bytes: number) =>
  archives.asOwner(`UPDATE holdings SET bytes = ${String(bytes)} WHERE owner_id = '${ownerId}'`);

describe('what an owner stores', () => {
  it('is counted with all versions, and 1 KiB more for each', async () => {
    const owner = somebody('scribe', 'public');
    const { id } = await archives.documents.file({ ...paper('public'), body: 'é' }, owner);
    await archives.documents.change({ id, ...content('four') }, owner);
    expect(await heldBy(owner.id)).toBe(2 + 4 + 2 * 1024);
  });

  it('is bounded by 64 MiB: one version more is refused, and stores nothing', async () => {
    const owner = somebody('scribe', 'public');
    const { id } = await archives.documents.file(paper('public'), owner);
    await fill(owner.id, 64 * MIB - 524_288 - 1024);
    await archives.documents.change({ id, ...LARGE }, owner);
    expect(await codeOf(archives.documents.change({ id, ...LARGE }, owner))).toBe('storage-exhausted');
    expect(await codeOf(archives.documents.file(paper('public'), owner))).toBe('storage-exhausted');
    expect((await archives.documents.read(id, owner)).version).toBe(2);
    expect(await heldBy(owner.id)).toBe(64 * MIB);
    const other = somebody('scribe', 'public');
    await expect(archives.documents.file(paper('public'), other)).resolves.toMatchObject({ ownerId: other.id });
  });

  it('does not grow beyond it when many are filed at once', async () => {
    const owner = somebody('scribe', 'public');
    await archives.documents.file(paper('public'), owner);
    const one = await heldBy(owner.id);
    await fill(owner.id, 64 * MIB - 3 * one);
    const attempts = await Promise.all(
      Array.from({ length: 8 }, () => codeOf(archives.documents.file(paper('public'), owner))),
    );
    expect(attempts.filter((outcome) => outcome === 'done')).toHaveLength(3);
    expect(new Set(attempts)).toEqual(new Set(['done', 'storage-exhausted']));
  });

  it('stays counted while it can be restored, and is given back by the sweep', async () => {
    const owner = somebody('scribe', 'public');
    const { id } = await archives.documents.file(paper('public'), owner);
    const held = await heldBy(owner.id);
    await archives.deletion.delete({ id }, owner);
    expect(await heldBy(owner.id)).toBe(held);
    await archives.deletedDaysAgo(id, 31);
    await archives.deletion.sweep();
    expect(await heldBy(owner.id)).toBe(0);
  });
});
