import { testPrincipal } from '@citadel/auth/testing';
import { type Clearance, CLEARANCES } from '@citadel/protocol';

import { type ArchivesForTest, archivesForTest, codeOf, content, paper, somebody } from '../testing/archives.js';

let archives: ArchivesForTest;
beforeAll(async () => (archives = await archivesForTest()), 60_000);
afterAll(() => archives?.close());

const author = somebody('scribe', 'secret');
const archivist = somebody('archivist', 'sealed');
const filed = async (clearance: Clearance) => (await archives.documents.file(paper(clearance), author)).id;
const versionsFor = async (id: string, user: typeof author) =>
  (await archives.versions.list({ id, limit: 100 }, user)).items.map(({ number }) => number);

describe('raising the clearance of a document', () => {
  it('is open to users who may write it, and is stored as a version of its own', async () => {
    const id = await filed('restricted');
    const raised = await archives.clearance.change({ id, version: 1, clearance: 'secret' }, author);
    expect(raised).toMatchObject({ version: 2, clearance: 'secret', ...content(), authorId: author.id });
    expect(await codeOf(archives.documents.read(id, somebody('archivist', 'restricted')))).toBe('document-not-found');
  });

  it('goes no higher than the clearance of the user who raises it', async () => {
    const id = await filed('restricted');
    expect(await codeOf(archives.clearance.change({ id, clearance: 'sealed' }, author))).toBe('insufficient-clearance');
    await expect(archives.documents.read(id, author)).resolves.toMatchObject({ version: 1, clearance: 'restricted' });
  });

  it('is refused to users who may only read it', async () => {
    const id = await filed('restricted');
    expect(await codeOf(archives.clearance.change({ id, clearance: 'secret' }, archivist))).toBe('document-read-only');
  });
});

describe('lowering the clearance of a document', () => {
  it('is refused to its own author, with the name of the permission', async () => {
    const id = await filed('secret');
    await expect(archives.clearance.change({ id, clearance: 'public' }, author)).rejects.toMatchObject({
      code: 'missing-permission',
      details: { permission: 'archives:documents:declassify' },
    });
  });

  it('is open only to users who can read it and have the permission to declassify', async () => {
    const id = await filed('secret');
    const declassifies = ['archives:documents:read', 'archives:documents:declassify'];
    const stranger = testPrincipal({ permissions: declassifies, clearance: 'sealed' });
    const uncleared = testPrincipal({ permissions: ['archives:*'], clearance: 'restricted' });
    for (const user of [stranger, uncleared]) {
      expect(await codeOf(archives.clearance.change({ id, clearance: 'public' }, user))).toBe('document-not-found');
    }
    const lowered = await archives.clearance.change({ id, version: 1, clearance: 'public' }, archivist);
    expect(lowered).toMatchObject({ version: 2, clearance: 'public', ownerId: author.id, authorId: archivist.id });
    await expect(archives.documents.read(id, somebody('citizen', 'public'))).resolves.toMatchObject({ version: 2 });
  });

  it('shows nothing of what was more secret before, nor of what was written before that', async () => {
    const id = await filed('restricted');
    await archives.documents.change({ id, ...content('The name of our spy is') }, author);
    await archives.clearance.change({ id, clearance: 'secret' }, author);
    await archives.clearance.change({ id, clearance: 'restricted' }, archivist);
    await archives.documents.change({ id, ...content('We name nobody') }, author);

    const reader = somebody('auditor', 'restricted');
    expect(await versionsFor(id, reader)).toEqual([5, 4]);
    for (const number of [1, 2, 3]) {
      expect(await codeOf(archives.versions.read({ id, number }, reader))).toBe('document-version-not-found');
    }
    expect(await versionsFor(id, author)).toEqual([5, 4, 3, 2, 1]);
  });
});

describe('the clearance of a document', () => {
  it('is not changed for a version that is not the newest', async () => {
    const id = await filed('public');
    const change = { id, version: 2, clearance: 'secret' as const };
    expect(await codeOf(archives.clearance.change(change, author))).toBe('version-conflict');
  });

  it.each(CLEARANCES.slice(0, 3))('stays %s without a new version when it is that already', async (clearance) => {
    const id = await filed(clearance);
    await expect(archives.clearance.change({ id, clearance }, author)).resolves.toMatchObject({ version: 1 });
  });
});
