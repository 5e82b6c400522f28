import { testPrincipal } from '@citadel/auth/testing';
import { type Clearance, CLEARANCES, Problem } from '@citadel/protocol';
import * as fc from 'fast-check';

import { type ArchivesForTest, archivesForTest, paper } from '../testing/archives.js';

let archives: ArchivesForTest;
beforeAll(async () => (archives = await archivesForTest()), 60_000);
afterAll(() => archives?.close());

interface Person {
  readonly clearance: Clearance;
  readonly permissions: readonly string[];
}

interface Paper {
  readonly id: string;
  readonly ownerId: string;
  readonly clearance: Clearance;
}

const clearance = fc.constantFrom(...CLEARANCES);
const person: fc.Arbitrary<Person> = fc.record({
  clearance,
  permissions: fc.subarray([
    'archives:documents:file',
    'archives:documents:read',
    'archives:documents:read-any',
    'archives:*',
    'treasury:*',
  ]),
});

/** The rule in words, written a second time and without the database. */
function mayRead(reader: Person & { readonly id: string }, paper: Paper): boolean {
  if (CLEARANCES.indexOf(paper.clearance) > CLEARANCES.indexOf(reader.clearance)) return false;
  const readsAny = ['archives:documents:read-any', 'archives:*'].some((held) => reader.permissions.includes(held));
  return readsAny || paper.ownerId === reader.id || paper.clearance === 'public';
}

describe('what a user may read', () => {
  it('is the same in a list and alone, for any people and documents', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(person, { minLength: 1, maxLength: 4 }),
        fc.array(fc.record({ owner: fc.nat(3), clearance }), { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 5 }),
        async (people, papers, limit) => {
          const users = people.map((members) => testPrincipal(members));
          const filed: Paper[] = [];
          await archives.empty();
          for (const { owner, clearance: level } of papers) {
            // Filed by somebody who may, for documents outlive the clearance under which they were filed.
            const ownerId = users[owner % users.length]?.id ?? '';
            const author = testPrincipal({ id: ownerId, clearance: 'sealed' });
            const { id } = await archives.documents.file(paper(level), author);
            filed.push({ id, ownerId, clearance: level });
          }
          for (const user of users) {
            const allowed = filed.filter((one) => mayRead(user, one)).map(({ id }) => id);
            expect(await listed(user, limit)).toEqual([...allowed].reverse());
            for (const { id } of filed) {
              const outcome = await archives.documents.read(id, user).then(
                () => 'read',
                (error: unknown) => (error instanceof Problem ? error.code : error),
              );
              expect(outcome).toBe(allowed.includes(id) ? 'read' : 'document-not-found');
            }
          }
        },
      ),
      { numRuns: 30 },
    );
  }, 60_000);
});

/** Ids of all pages, in order. */
async function listed(user: ReturnType<typeof testPrincipal>, limit: number): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | null | undefined;
  do {
    const page = await archives.documents.list({ limit, ...(cursor ? { cursor } : {}) }, user);
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  } while (cursor);
  return ids;
}
