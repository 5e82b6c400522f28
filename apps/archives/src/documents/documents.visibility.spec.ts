import type { Principal } from '@citadel/auth';
import { testPrincipal } from '@citadel/auth/testing';
import { CLEARANCES } from '@citadel/protocol';
import * as fc from 'fast-check';

import { mayRead, mayWrite, type Paper, type PaperGrant } from '../testing/access-model.js';
import { type ArchivesForTest, archivesForTest, codeOf, content, paper } from '../testing/archives.js';

let archives: ArchivesForTest;
beforeAll(async () => (archives = await archivesForTest()), 60_000);
afterAll(() => archives?.close());

const ROLES = ['clerk', 'spy'];

const clearance = fc.constantFrom(...CLEARANCES);
const person = fc.record({
  clearance,
  roles: fc.subarray(ROLES),
  permissions: fc.subarray([
    'archives:documents:file',
    'archives:documents:read',
    'archives:documents:read-any',
    'archives:*',
    'treasury:*',
  ]),
});

/** `to` is the index of a person or the name of a role. */
const grant = fc.record({
  to: fc.oneof(fc.nat(3), fc.constantFrom(...ROLES)),
  access: fc.constantFrom('read', 'write'),
  isRevoked: fc.boolean(),
});
const draft = fc.record({
  owner: fc.nat(3),
  clearance,
  isDeleted: fc.nat(4).map((one) => one === 0),
  grants: fc.array(grant, { maxLength: 3 }),
});
type Draft = typeof draft extends fc.Arbitrary<infer T> ? T : never;

describe('what a user may read', () => {
  it('is the same in a list, a search, a count and alone, for any people and documents', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(person, { minLength: 1, maxLength: 4 }),
        fc.array(draft, { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 5 }),
        async (people, drafts, limit) => {
          const users = people.map((members) => testPrincipal(members));
          await archives.empty();
          const papers: Paper[] = [];
          for (const one of drafts) papers.push(await filed(one, users));
          for (const user of users) {
            const readable = papers.filter((one) => mayRead(user, one));
            const expected = readable.map(({ id }) => id).reverse();
            expect(await listed(user, limit)).toEqual(expected);
            const { items, total } = await archives.search.search({ query: 'people', limit: 20, offset: 0 }, user);
            expect([items.map(({ id }) => id), total]).toEqual([expected, expected.length]);
            for (const one of papers) await expectAgreement(user, one);
          }
        },
      ),
      { numRuns: 25 },
    );
  });
});

async function expectAgreement(user: Principal, one: Paper): Promise<void> {
  const { id } = one;
  const expected = mayRead(user, one) ? 'done' : 'document-not-found';
  expect(await codeOf(archives.documents.read(id, user))).toBe(expected);
  expect(await codeOf(archives.versions.list({ id, limit: 1 }, user))).toBe(expected);
  // Meant for a version that there will never be, so that nothing changes.
  const change = await codeOf(archives.documents.change({ id, version: 99, ...content() }, user));
  const refusal = expected === 'done' ? 'document-read-only' : expected;
  expect(change).toBe(mayWrite(user, one) ? 'version-conflict' : refusal);
}

/** Files a document and grants it, by a user who may: documents outlive the permissions of their owners. */
async function filed({ owner, clearance: level, isDeleted, grants }: Draft, users: Principal[]): Promise<Paper> {
  const ownerId = users[owner % users.length]?.id ?? '';
  const author = testPrincipal({ id: ownerId, clearance: 'sealed', permissions: ['archives:*'] });
  const { id } = await archives.documents.file(paper(level), author);
  const given: PaperGrant[] = [];
  for (const { to, access, isRevoked } of grants) {
    const name = typeof to === 'string' ? to : (users[to % users.length]?.id ?? '');
    // One for each: the next takes the place of the one before.
    if (given.some((before) => before.to === name)) continue;
    const grantee = typeof to === 'string' ? { role: name } : { user: name };
    const { id: grantId } = await archives.grants.share({ id, to: grantee, access }, author);
    if (isRevoked) await archives.grants.revoke({ id, grant: grantId }, author);
    given.push({ to: name, access, isRevoked });
  }
  if (isDeleted) await archives.deletion.delete({ id }, author);
  return { id, ownerId, clearance: level, isDeleted, grants: given };
}

/** Ids of all pages, in order. */
async function listed(user: Principal, limit: number): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | null | undefined;
  do {
    const page = await archives.documents.list({ limit, ...(cursor ? { cursor } : {}) }, user);
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  } while (cursor);
  return ids;
}
