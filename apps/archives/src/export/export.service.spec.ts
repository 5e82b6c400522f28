import { type ArchivesForTest, archivesForTest, paper, somebody } from '../testing/archives.js';
import { ExportService } from './export.service.js';

let archives: ArchivesForTest;
beforeAll(async () => {
  archives = await archivesForTest();
}, 60_000);
afterAll(() => archives?.close());

const exportOf = (user: ReturnType<typeof somebody>) => new ExportService(archives.prisma).of(user);

describe('what the archives export of a user', () => {
  it('is the documents that they own, deleted ones too, and what they were granted by name; nothing of others', async () => {
    const [user, other] = [somebody('citizen', 'restricted'), somebody('citizen', 'restricted')];
    const kept = await archives.documents.file(paper('restricted'), user);
    const dropped = await archives.documents.file(paper('public'), user);
    await archives.deletion.delete({ id: dropped.id, version: undefined }, user);
    const theirs = await archives.documents.file(paper('public'), other);
    await archives.grants.share({ id: theirs.id, to: { user: user.id }, access: 'read' }, other);
    const { documents, grants, isComplete } = await exportOf(user);
    expect(documents.map(({ id, deletedAt }) => [id, deletedAt !== null])).toEqual([
      [dropped.id, true],
      [kept.id, false],
    ]);
    expect(grants).toMatchObject([{ documentId: theirs.id, access: 'read', grantedBy: other.id, revokedAt: null }]);
    expect(isComplete).toBe(true);
  });

  it('fits into a message with those of other services, however long titles and tags are', async () => {
    const user = somebody('citizen', 'restricted');
    const [title, tag] = ['\u{10FFFF}'.repeat(100), '\u{10FFFF}'.repeat(24)];
    const tags = Array.from({ length: 16 }, (_, index) => `${tag}${String.fromCharCode(97 + index)}`);
    for (let i = 0; i < 201; i += 1) await archives.documents.file({ ...paper('public'), title, tags }, user);
    const { documents, isComplete } = await exportOf(user);
    expect([documents.length, isComplete]).toEqual([200, false]);
    expect(Buffer.byteLength(JSON.stringify(documents))).toBeLessThan(1_000_000);
  });

  it('leaves out documents that were raised beyond their clearance', async () => {
    const user = somebody('citizen', 'restricted');
    const { id } = await archives.documents.file(paper('restricted'), user);
    await archives.clearance.change({ id, version: 1, clearance: 'sealed' }, { ...user, clearance: 'sealed' });
    expect((await exportOf(user)).documents).toEqual([]);
  });
});
