import { randomUUID } from 'node:crypto';

import { type ArchivesForTest, archivesForTest, content, paper, somebody } from '../testing/archives.js';
import { DeletedUsersService } from './deleted-users.service.js';

let archives: ArchivesForTest;
beforeAll(async () => {
  archives = await archivesForTest();
}, 60_000);
afterAll(() => archives?.close());

const citizen = () => somebody('citizen', 'restricted');
const settle = (subject: string, successor: string | null = null, actor: string = randomUUID()) =>
  archives.prisma.$transaction((transaction) =>
    new DeletedUsersService(archives.prisma).settleDocuments({ subject, actor, detail: { successor } }, transaction),
  );
const heldBy = async (ownerId: string) =>
  Number((await archives.prisma.holding.findUnique({ where: { ownerId } }))?.bytes ?? 0);

describe('the documents of a user who was deleted', () => {
  it('go to the successor: all of them, deleted ones and their versions included, and what they store', async () => {
    const [former, successor] = [citizen(), citizen()];
    const kept = await archives.documents.file(paper('restricted'), former);
    await archives.documents.change({ id: kept.id, version: 1, ...content('Second') }, former);
    const dropped = await archives.documents.file(paper('public'), former);
    await archives.deletion.delete({ id: dropped.id, version: undefined }, former);
    await archives.documents.file(paper('restricted'), successor);
    const [before, own] = [await heldBy(former.id), await heldBy(successor.id)];

    await settle(former.id, successor.id);

    expect(await archives.documents.read(kept.id, successor)).toMatchObject({ body: 'Second', ownerId: successor.id });
    await archives.deletion.restore(dropped.id, successor);
    expect((await archives.documents.list({ limit: 10 }, successor)).items).toHaveLength(3);
    expect([await heldBy(former.id), await heldBy(successor.id)]).toEqual([0, own + before]);
  });

  it('are handed over in steps, however many there are, and twice is the same as once', async () => {
    const [former, successor] = [citizen(), randomUUID()];
    for (let i = 0; i < 205; i += 1) await archives.documents.file(paper('restricted'), former);
    await settle(former.id, successor);
    await settle(former.id, successor);
    const countOf = (ownerId: string) => archives.prisma.document.count({ where: { ownerId } });
    expect([await countOf(former.id), await countOf(successor)]).toEqual([0, 205]);
  });

  it('can still be read by others, and changed by no one, when there is no successor', async () => {
    const former = citizen();
    const { id } = await archives.documents.file(paper('public'), former);
    await settle(former.id);
    expect(await archives.documents.read(id, citizen())).toMatchObject({ ownerId: former.id });
    const change = archives.documents.change({ id, version: 1, ...content() }, somebody('archivist', 'sealed'));
    await expect(change).rejects.toMatchObject({ code: 'document-read-only' });
  });

  it('get no other owner in any other way', async () => {
    const { id } = await archives.documents.file(paper('public'), citizen());
    const taken = archives.prisma.document.update({ where: { id }, data: { ownerId: randomUUID() } });
    await expect(taken).rejects.toThrow(/permission denied/);
  });
});

describe('what a user who was deleted had been granted', () => {
  it('is revoked, by the administrator who deleted them; what others were granted stays', async () => {
    const [owner, former, other] = [citizen(), citizen(), citizen()];
    const { id } = await archives.documents.file(paper('restricted'), owner);
    for (const { id: user } of [former, other])
      await archives.grants.share({ id, to: { user }, access: 'read' }, owner);
    const actor = randomUUID();
    await settle(former.id, null, actor);
    await expect(archives.documents.read(id, former)).rejects.toMatchObject({ code: 'document-not-found' });
    expect(await archives.documents.read(id, other)).toMatchObject({ id });
    expect(await archives.prisma.documentGrant.findFirst({ where: { userId: former.id } })).toMatchObject({
      revokedBy: actor,
    });
  });
});
