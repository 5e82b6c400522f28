import { type ArchivesForTest, archivesForTest, codeOf, content, paper, somebody } from '../testing/archives.js';

let archives: ArchivesForTest;
beforeAll(async () => (archives = await archivesForTest()), 60_000);
afterAll(() => archives?.close());

const author = somebody('scribe', 'secret');
const file = async (fields: Partial<ReturnType<typeof paper>>, owner = author) =>
  (await archives.documents.file({ ...paper('public'), ...fields }, owner)).id;
const search = (query: string, more: object = {}, user = author) =>
  archives.search.search({ query, limit: 20, offset: 0, ...more }, user);
const found = async (query: string, more: object = {}, user = author) =>
  (await search(query, more, user)).items.map(({ id }) => id);

describe('a search', () => {
  it('finds words of the newest version, in title, tags and text, the best match first', async () => {
    const inText = await file({ body: 'Of the windmill, and of much else that is of no matter here' });
    const inTitle = await file({ title: 'Windmill', body: 'It turns' });
    const inTags = await file({ tags: ['windmill'], body: 'It turns' });
    expect(await found('WINDMILL')).toEqual([inTitle, inTags, inText]);
    await archives.documents.change({ id: inTitle, ...content('Gone'), title: 'Gone' }, author);
    expect(await found('windmill')).toEqual([inTags, inText]);
  });

  it('takes phrases, or, and not', async () => {
    const [old, young] = [await file({ body: 'the old ferry' }), await file({ body: 'the young-ferry old' })];
    expect(await found('ferry old')).toEqual(expect.arrayContaining([old, young]));
    expect(await found('"old ferry"')).toEqual([old]);
    expect(await found('young-ferry')).toEqual([young]);
    expect(await found('ferry -young')).toEqual([old]);
    expect(await found('ferry -young-ferry')).toEqual([old]);
    expect(await found('"old ferry" or young')).toEqual(expect.arrayContaining([old, young]));
  });

  it('is narrowed by tag, clearance, owner and date', async () => {
    const other = somebody('scribe', 'secret');
    const one = await file({ body: 'lantern', tags: ['light'], clearance: 'secret' });
    const two = await file({ body: 'lantern' }, other);
    expect(await found('lantern', { tag: 'light' })).toEqual([one]);
    expect(await found('lantern', { clearance: 'secret' })).toEqual([one]);
    expect(await found('lantern', { owner: other.id })).toEqual([two]);
    const { changedAt } = await archives.documents.read(two, author);
    expect(await found('lantern', { changedFrom: changedAt })).toEqual([two]);
    expect(await found('lantern', { changedBefore: changedAt })).toEqual([one]);
    expect(await found('lantern', { changedFrom: '0001-01-01T00:00:00Z' })).toHaveLength(2);
  });

  it('goes page by page, and counts what there is on all of them', async () => {
    const ids = [];
    for (let one = 0; one < 5; one += 1) ids.unshift(await file({ body: 'barrel' }));
    const seen = [];
    let offset: number | null = 0;
    while (offset !== null) {
      const page: Awaited<ReturnType<typeof search>> = await search('barrel', { limit: 2, offset });
      expect(page.total).toBe(5);
      seen.push(...page.items.map(({ id }) => id));
      offset = page.nextOffset;
    }
    expect(seen).toEqual(ids);
  });

  it('shows where the words are, as text', async () => {
    await file({ body: 'A <b>quill</b> & ink' });
    const { items } = await search('quill');
    expect(items[0]?.snippet).toEqual([
      { text: 'A <b>', isMatch: false },
      { text: 'quill', isMatch: true },
      { text: '</b> & ink', isMatch: false },
    ]);
  });

  it('returns nothing of what its reader may not see, for any query', async () => {
    const secret = await file({ body: 'The password is swordfish', clearance: 'secret' });
    const nothing = { items: [], total: 0, nextOffset: null };
    const strangers = [
      somebody('scribe', 'sealed'),
      somebody('archivist', 'restricted'),
      { ...author, clearance: 'public' as const },
    ];
    for (const stranger of strangers) {
      for (const more of [{}, { owner: author.id }, { clearance: 'secret' }, { tag: 'law' }]) {
        await expect(search('swordfish', more, stranger)).resolves.toEqual(nothing);
      }
    }
    await archives.deletion.delete({ id: secret }, author);
    await expect(search('swordfish')).resolves.toEqual(nothing);
  });
});

describe('a search that no index can answer', () => {
  it.each(['-mill', '!!!', '"', '-a -b', 'mill or -mill', '-'])('is refused: %s', async (query) => {
    expect(await codeOf(search(query))).toBe('search-without-words');
  });

  it('is given up after a second', async () => {
    const locked = archives.asOwner('BEGIN; LOCK TABLE documents IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(4); COMMIT');
    const isLocked = `SELECT 1 FROM pg_locks WHERE relation = 'documents'::regclass AND mode = 'AccessExclusiveLock' AND granted`;
    while ((await archives.asOwner(isLocked)).rows.length === 0);
    expect(await codeOf(search('mill'))).toBe('search-too-costly');
    await locked;
  });
});

describe('the words of a document', () => {
  it.each([
    ['a_', 'a'],
    ['~/x', 'x'],
    ['word ', 'word'],
    ['<a href=x>', 'href'],
  ])('are found in 512 KiB of %s, without minutes of work', async (part, word) => {
    const id = await file({ body: part.repeat(Math.floor(524_288 / part.length)), title: 'Long' });
    expect(await found(`${word} long`)).toContain(id);
  });

  it('are those of the beginning where there are more than PostgreSQL can index', async () => {
    // Words of three bytes, no two alike: each takes eight bytes of the 1 MiB of a tsvector.
    const range = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, index) => String.fromCodePoint(from + index));
    const lowerCase = (letter: string) => letter === letter.toLowerCase();
    const ideographs = range(0x3400, 0xd7a4).filter(lowerCase);
    const pairs = range(0x100, 0x800)
      .filter(lowerCase)
      .flatMap((letter) =>
        [...range(0x30, 0x3a), ...range(0x61, 0x7b)].flatMap((latin) => [`${letter}${latin}`, `${latin}${letter}`]),
      );
    const words = [...ideographs, ...pairs].slice(0, 131_069);
    expect(words).toHaveLength(131_069);
    const tags = range(0x61, 0x71).map((letter) => letter.repeat(50));
    const id = await file({ body: ['beginning', ...words].join(' '), title: 'Unusual', tags });
    expect(await found('beginning unusual')).toEqual([id]);
  });
});
