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

  it('leaves out documents that were raised beyond their clearance', async () => {
    const user = somebody('citizen', 'restricted');
    const { id } = await archives.documents.file(paper('restricted'), user);
    await archives.clearance.change({ id, version: 1, clearance: 'sealed' }, { ...user, clearance: 'sealed' });
    expect((await exportOf(user)).documents).toEqual([]);
  });
});
