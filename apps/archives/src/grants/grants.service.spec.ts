import { randomUUID } from 'node:crypto';
import { testPrincipal } from '@citadel/auth/testing';

import { type ArchivesForTest, archivesForTest, codeOf, content, paper, somebody } from '../testing/archives.js';

let archives: ArchivesForTest;
beforeAll(async () => (archives = await archivesForTest()), 60_000);
afterAll(() => archives?.close());

const owner = somebody('scribe', 'secret');
const friend = somebody('scribe', 'secret');
const filed = async () => (await archives.documents.file(paper('secret'), owner)).id;
const toFriend = { user: friend.id };
const listed = async (user: typeof owner) =>
  (await archives.documents.list({ limit: 100 }, user)).items.map(({ id }) => id);

describe('a grant', () => {
  it('to a user lets that user read, alone and in a list, and no other user', async () => {
    const id = await filed();
    const grant = await archives.grants.share({ id, to: toFriend, access: 'read' }, owner);
    expect(grant).toMatchObject({ to: toFriend, access: 'read', grantedBy: owner.id, revokedAt: null });
    await expect(archives.documents.read(id, friend)).resolves.toMatchObject({ id });
    expect(await listed(friend)).toContain(id);
    expect(await codeOf(archives.documents.change({ id, ...content() }, friend))).toBe('document-read-only');
    expect(await codeOf(archives.documents.read(id, somebody('scribe', 'secret')))).toBe('document-not-found');
  });

  it('to write lets them write and raise the clearance, not share, delete or see the grants', async () => {
    const id = await filed();
    const { id: grant } = await archives.grants.share({ id, to: toFriend, access: 'write' }, owner);
    const changed = await archives.documents.change({ id, version: 1, ...content('Ours') }, friend);
    expect(changed).toMatchObject({ version: 2, authorId: friend.id, ownerId: owner.id });
    const attempts = [
      archives.grants.share({ id, to: { role: 'citizen' }, access: 'read' }, friend),
      archives.grants.list({ id, limit: 1 }, friend),
      archives.grants.revoke({ id, grant }, friend),
      archives.deletion.delete({ id }, friend),
    ];
    expect(new Set(await Promise.all(attempts.map(codeOf)))).toEqual(new Set(['document-not-yours']));
    const raised = await archives.clearance.change({ id, clearance: 'sealed' }, { ...friend, clearance: 'sealed' });
    expect(raised).toMatchObject({ version: 3, clearance: 'sealed' });
  });

  it('to a role lets every user with that role read', async () => {
    const id = await filed();
    await archives.grants.share({ id, to: { role: 'teller' }, access: 'read' }, owner);
    const reads = ['archives:documents:read'];
    const teller = testPrincipal({ roles: ['treasurer', 'teller'], permissions: reads, clearance: 'secret' });
    await expect(archives.documents.read(id, teller)).resolves.toMatchObject({ id });
    const clerk = testPrincipal({ roles: ['tellers'], permissions: reads, clearance: 'secret' });
    expect(await codeOf(archives.documents.read(id, clerk))).toBe('document-not-found');
  });

  it('gives no clearance, and no permission', async () => {
    const id = await filed();
    await archives.grants.share({ id, to: toFriend, access: 'write' }, owner);
    expect(await codeOf(archives.documents.read(id, { ...friend, clearance: 'restricted' }))).toBe(
      'document-not-found',
    );
    const reader = { ...friend, permissions: ['archives:documents:read'] };
    expect(await codeOf(archives.documents.change({ id, ...content() }, reader))).toBe('document-read-only');
  });

  it('is over when it is revoked, and stays in the list with who revoked it', async () => {
    const id = await filed();
    const { id: grant } = await archives.grants.share({ id, to: toFriend, access: 'write' }, owner);
    await expect(archives.grants.revoke({ id, grant }, owner)).resolves.toBeNull();
    expect(await codeOf(archives.documents.read(id, friend))).toBe('document-not-found');
    expect(await listed(friend)).not.toContain(id);
    const { items } = await archives.grants.list({ id, limit: 10 }, owner);
    expect(items).toMatchObject([{ id: grant, access: 'write', revokedBy: owner.id, revokedAt: expect.any(String) }]);
    expect(await codeOf(archives.grants.revoke({ id, grant }, owner))).toBe('grant-not-found');
  });

  it('takes the place of the one before, which stays in the list', async () => {
    const id = await filed();
    for (const access of ['write', 'read', 'read'] as const) {
      await archives.grants.share({ id, to: toFriend, access }, owner);
    }
    expect(await codeOf(archives.documents.change({ id, ...content() }, friend))).toBe('document-read-only');
    const page = await archives.grants.list({ id, limit: 1 }, owner);
    expect(page.items).toMatchObject([{ access: 'read', revokedAt: null }]);
    const rest = await archives.grants.list({ id, limit: 1, cursor: page.nextCursor ?? '' }, owner);
    expect(rest).toMatchObject({ items: [{ access: 'write', revokedBy: owner.id }], nextCursor: null });
  });

  it('is one, however often it is given at once', async () => {
    const id = await filed();
    const attempts = Array.from({ length: 6 }, () =>
      archives.grants.share({ id, to: toFriend, access: 'read' }, owner),
    );
    expect(new Set((await Promise.all(attempts)).map((grant) => grant.id)).size).toBe(1);
  });
});

describe('granting', () => {
  it('is refused to users who may only read, and for a document that they cannot find', async () => {
    const grant = { to: toFriend, access: 'read' } as const;
    const id = await filed();
    expect(await codeOf(archives.grants.share({ id, ...grant }, somebody('archivist', 'sealed')))).toBe(
      'document-not-yours',
    );
    for (const [document, user] of [
      [randomUUID(), owner],
      [id, friend],
      [id, { ...owner, clearance: 'public' as const }],
    ] as const) {
      expect(await codeOf(archives.grants.share({ id: document, ...grant }, user))).toBe('document-not-found');
    }
  });

  it('goes no further than what the owner may do: an owner who may no longer write cannot grant writing', async () => {
    const id = await filed();
    const reader = { ...owner, permissions: ['archives:documents:read'] };
    expect(await codeOf(archives.grants.share({ id, to: toFriend, access: 'write' }, reader))).toBe(
      'document-read-only',
    );
    expect(await codeOf(archives.grants.share({ id, to: toFriend, access: 'read' }, reader))).toBe('done');
  });

  it('takes back no grant of another document', async () => {
    const [id, other] = [await filed(), await filed()];
    const { id: grant } = await archives.grants.share({ id, to: toFriend, access: 'read' }, owner);
    expect(await codeOf(archives.grants.revoke({ id: other, grant }, owner))).toBe('grant-not-found');
    await expect(archives.documents.read(id, friend)).resolves.toMatchObject({ id });
  });

  it('counts 1 KiB of what the owner may store, so that it is bounded', async () => {
    const host = somebody('scribe', 'public');
    const { id } = await archives.documents.file(paper('public'), host);
    const where = { ownerId: host.id };
    const before = await archives.prisma.holding.findUniqueOrThrow({ where });
    await archives.grants.share({ id, to: toFriend, access: 'read' }, host);
    const after = await archives.prisma.holding.findUniqueOrThrow({ where });
    expect(after.bytes - before.bytes).toBe(1024n);
    await archives.asOwner(`UPDATE holdings SET bytes = 67108864 WHERE owner_id = '${host.id}'`);
    const attempt = archives.grants.share({ id, to: { role: 'citizen' }, access: 'read' }, host);
    expect(await codeOf(attempt)).toBe('storage-exhausted');
  });
});

describe('the trail of grants', () => {
  it.each([
    ['is not rewritten', "UPDATE document_grants SET access = 'read'"],
    ['is not taken back', 'UPDATE document_grants SET revoked_at = NULL, revoked_by = NULL'],
    ['is not deleted while the document is there', 'DELETE FROM document_grants'],
  ])('%s, even by the owner of its tables', async (_, sql) => {
    const id = await filed();
    const { id: grant } = await archives.grants.share({ id, to: toFriend, access: 'write' }, owner);
    await archives.grants.revoke({ id, grant }, owner);
    await expect(archives.asOwner(sql)).rejects.toMatchObject({ code: '23001' });
  });
});
