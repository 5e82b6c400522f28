import { http, tokenOf } from './stack/http.js';
import { logIn, newcomer } from './stack/people.js';

const DOCUMENTS = '/v1/archives/documents';
const KIBIBYTE = 1024;

interface Member {
  readonly id: string;
  readonly token: string;
}

async function member(): Promise<Member> {
  const person = await newcomer();
  return { id: person.id, token: (await logIn(person)).access };
}

let owner: Member;
beforeAll(async () => (owner = await member()));

const file = ({ token }: Member, body: object) => http('POST', DOCUMENTS, { token, body: { title: 'Deed', ...body } });
const storedBy = async ({ token }: Member) =>
  ((await http('GET', `${DOCUMENTS}?limit=100`, { token })).body.items as unknown[]).length;

describe('the text of a document', () => {
  it.each(['x', 'é', '字', '\t'])('may have 512 KiB, and comes back as it was: %j', async (letter) => {
    // A letter that JSON quotes takes two bytes of the 1 MiB that the gateway takes.
    const bytes = (letter === '\t' ? 500 : 512) * KIBIBYTE;
    const body = letter.repeat(Math.floor(bytes / Buffer.byteLength(letter)));
    const { status, body: filed } = await file(owner, { body });
    expect(status).toBe(201);
    const read = await http('GET', `${DOCUMENTS}/${String(filed.id)}`, { token: owner.token });
    expect([read.status, read.body.body === body]).toEqual([200, true]);
  });

  it.each([
    ['of 512 KiB and one byte', 400, 'invalid-request', 'x'.repeat(512 * KIBIBYTE + 1)],
    ['of fewer letters that are more bytes', 400, 'invalid-request', '字'.repeat(200 * KIBIBYTE)],
    ['of control characters', 400, 'invalid-request', '\u0001'],
    ['that JSON makes larger than a body may be', 413, 'body-too-large', '"'.repeat(512 * KIBIBYTE)],
    ['of nothing', 400, 'invalid-request', ''],
  ])('is refused when it is one %s, and nothing is stored', async (_, status, code, body) => {
    const before = await storedBy(owner);
    const refused = await file(owner, { body });
    expect([refused.status, refused.body.code]).toEqual([status, code]);
    expect(await storedBy(owner)).toBe(before);
  });
});

describe('bad input', () => {
  it.each([
    ['10,000 tags', { tags: Array.from({ length: 10_000 }, (_, index) => `tag ${String(index)}`) }],
    ['a tag twice', { tags: ['law', 'law'] }],
    ['a format of another kind', { format: 'html' }],
    ['a number of its own', { number: 7 }],
  ])('of %s is refused, and nothing is stored', async (_, fields) => {
    const before = await storedBy(owner);
    const refused = await file(owner, { body: 'x', ...fields });
    expect([refused.status, refused.body.code]).toEqual([400, 'invalid-request']);
    expect(await storedBy(owner)).toBe(before);
  });

  it.each([
    ['search', 422, 'search-without-words'],
    [`search?query=${'x'.repeat(201)}`, 400, 'invalid-request'],
    ['search?query=x&limit=21', 400, 'invalid-request'],
    ['search?query=x&offset=981', 400, 'invalid-request'],
    ['search?query=x&changedFrom=0000-01-01T00:00:00Z', 400, 'invalid-request'],
    ['search?query=-x', 422, 'search-without-words'],
  ])('of %s answers %i %s', async (path, status, code) => {
    const answer = await http('GET', `/v1/archives/${path}`, { token: owner.token });
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  it.each([
    ['0', 400, 'invalid-request'],
    ['1e9', 400, 'invalid-request'],
    ['2', 404, 'document-version-not-found'],
  ])('of version %s answers %i %s', async (number, status, code) => {
    const { body } = await file(owner, { body: 'x' });
    const answer = await http('GET', `${DOCUMENTS}/${String(body.id)}/versions/${number}`, { token: owner.token });
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });
});

describe('a document', () => {
  it('is changed by who has seen it, shared, found, deleted and restored', async () => {
    const friend = await member();
    const { body: filed } = await file(owner, { body: 'The mill at the quagmire', tags: ['mill'] });
    const path = `${DOCUMENTS}/${String(filed.id)}`;
    const as = ({ token }: Member, method: string, place: string, more: object = {}) =>
      http(method, place, { token, ...more });
    const change = (who: Member, etag: string | undefined) =>
      as(who, 'PUT', path, {
        headers: etag === undefined ? {} : { 'if-match': etag },
        body: { title: 'Deed', body: 'The quagmire alone' },
      });

    expect((await change(owner, undefined)).status).toBe(428);
    expect((await change(friend, '*')).body.code).toBe('document-not-found');
    const shared = await as(owner, 'POST', `${path}/grants`, { body: { to: { user: friend.id }, access: 'write' } });
    expect([shared.status, shared.body.access]).toEqual([201, 'write']);
    const changed = await change(friend, '"1"');
    expect([changed.status, changed.headers['etag'], changed.body.authorId]).toEqual([200, '"2"', friend.id]);
    expect((await change(owner, '"1"')).body.code).toBe('version-conflict');

    const search = async (who: Member): Promise<unknown> =>
      (await as(who, 'GET', '/v1/archives/search?query=quagmire')).body;
    expect(await search(friend)).toMatchObject({ total: 1, items: [{ id: filed.id, version: 2 }] });
    expect(await search(await member())).toEqual({ items: [], total: 0, nextOffset: null });
    await as(owner, 'DELETE', `${path}/grants/${String(shared.body.id)}`);
    expect(await search(friend)).toMatchObject({ total: 0 });

    expect((await as(owner, 'DELETE', path, { headers: { 'if-match': '"2"' } })).status).toBe(204);
    expect((await as(owner, 'GET', path)).status).toBe(404);
    const place = `/v1/archives/deleted-documents/${String(filed.id)}/restore`;
    expect((await as(friend, 'POST', place)).status).toBe(404);
    expect((await as(owner, 'POST', place)).body).toMatchObject({ id: filed.id, version: 2 });
  });

  it('is declassified by an archivist, and by no citizen', async () => {
    const { body: filed } = await file(owner, { body: 'x' });
    const lower = (token: string) =>
      http('PUT', `${DOCUMENTS}/${String(filed.id)}/clearance`, {
        token,
        headers: { 'if-match': '"1"' },
        body: { clearance: 'public' },
      });
    const refused = await lower(owner.token);
    expect([refused.status, refused.body.permission]).toEqual([403, 'archives:documents:declassify']);
    const lowered = await lower(await tokenOf('archivist'));
    expect([lowered.status, lowered.body.clearance]).toEqual([200, 'public']);
  });
});
