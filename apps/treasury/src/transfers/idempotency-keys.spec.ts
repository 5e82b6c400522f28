import { createHash, randomUUID } from 'node:crypto';

import { IdempotencyKeys } from '@citadel/platform';

import { type TreasuryForTest, treasuryForTest } from '../testing/treasury.js';

let treasury: TreasuryForTest;
let keys: IdempotencyKeys;
beforeAll(async () => {
  treasury = await treasuryForTest();
  keys = new IdempotencyKeys(treasury.pool);
}, 60_000);
afterAll(() => treasury?.close());

const fingerprint = (text: string) => createHash('sha256').update(text).digest();
const request = (key = randomUUID()) => ({
  owner: 'ada',
  operation: 'treasury.transfer',
  key,
  fingerprint: fingerprint('10'),
});

async function begin(of: ReturnType<typeof request>) {
  const begun = await keys.begin(of);
  if (!('attempt' in begun)) throw new Error(`answered already: ${JSON.stringify(begun)}`);
  return begun.attempt;
}

/** As if that much time had passed for a key. */
const age = (column: 'begun_at' | 'first_used_at', interval: string, key: string) =>
  treasury.asOwner(`UPDATE idempotency_keys SET ${column} = ${column} - interval '${interval}' WHERE key = '${key}'`);

describe('a request with a key', () => {
  it('is begun once, refused while it has no answer, and then answered as it was', async () => {
    const of = request();
    const attempt = await begin(of);
    await expect(keys.begin(of)).rejects.toMatchObject({ code: 'request-in-progress', details: { retryAfter: 1 } });
    await keys.finish(of, attempt, { response: { id: 7 } });
    await expect(keys.begin(of)).resolves.toEqual({ answer: { response: { id: 7 } } });
  });

  it('is begun once by many at the same moment', async () => {
    const of = request();
    const outcomes = await Promise.allSettled(Array.from({ length: 32 }, () => keys.begin(of)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('is refused for another request, before and after the answer', async () => {
    const of = request();
    const other = { ...of, fingerprint: fingerprint('11') };
    const attempt = await begin(of);
    await expect(keys.begin(other)).rejects.toMatchObject({ code: 'idempotency-key-reused', status: 422 });
    await keys.finish(of, attempt, { response: null });
    await expect(keys.begin(other)).rejects.toMatchObject({ code: 'idempotency-key-reused' });
  });

  it('belongs to one user and one operation: others have the same key for themselves', async () => {
    const of = request();
    await keys.finish(of, await begin(of), { response: 'secret' });
    await expect(keys.begin({ ...of, owner: 'ben' })).resolves.toHaveProperty('attempt');
    await expect(keys.begin({ ...of, operation: 'treasury.drawFromVault' })).resolves.toHaveProperty('attempt');
  });

  it('has room for so many keys of one user, whose old ones work on, and for those of others', async () => {
    const few = new IdempotencyKeys(treasury.pool, 3);
    const of = (key: string, owner = 'carol') => ({ ...request(), key, owner });
    for (const key of ['1', '2', '3']) await expect(few.begin(of(key))).resolves.toHaveProperty('attempt');
    const refused = { code: 'too-many-requests', details: { retryAfter: 60 } };
    await expect(few.begin(of('4'))).rejects.toMatchObject(refused);
    await expect(few.begin(of('3'))).rejects.toMatchObject({ code: 'request-in-progress' });
    await expect(few.begin(of('4', 'dora'))).resolves.toHaveProperty('attempt');
    await age('first_used_at', '25 hours', '1');
    while (await few.sweep());
    await expect(few.begin(of('4'))).resolves.toHaveProperty('attempt');
  });

  it('may be tried again at once after a failure, under the same id', async () => {
    const of = request();
    const first = await begin(of);
    await keys.release(of, first);
    const second = await begin(of);
    expect(second.resourceId).toBe(first.resourceId);
    expect(second.id).not.toBe(first.id);
  });

  it('may be tried again under the same id when its process has died, whose late answer then counts no more', async () => {
    const of = request();
    const dead = await begin(of);
    await age('begun_at', '80 seconds', of.key);
    await expect(keys.begin(of)).rejects.toMatchObject({ code: 'request-in-progress' });
    await age('begun_at', '20 seconds', of.key);
    await expect(keys.begin({ ...of, fingerprint: fingerprint('11') })).rejects.toMatchObject({
      code: 'idempotency-key-reused',
    });
    const next = await begin(of);
    expect(next.resourceId).toBe(dead.resourceId);
    await keys.finish(of, dead, { response: 'late' });
    await keys.release(of, dead);
    await expect(keys.begin(of)).rejects.toMatchObject({ code: 'request-in-progress' });
    await keys.finish(of, next, { response: 'good' });
    await expect(keys.begin(of)).resolves.toEqual({ answer: { response: 'good' } });
  });

  it('is forgotten after a day: the key is new, for any request, under another id', async () => {
    const [old, young] = [request(), request()];
    const first = await begin(old);
    await keys.finish(old, first, { response: 1 });
    await keys.finish(young, await begin(young), { response: 2 });
    await age('first_used_at', '25 hours', old.key);
    const second = await begin({ ...old, fingerprint: fingerprint('other') });
    expect(second.resourceId).not.toBe(first.resourceId);
    await age('first_used_at', '25 hours', old.key);
    await expect(keys.sweep()).resolves.toBe(false);
    const { rows } = await treasury.pool.query('SELECT key FROM idempotency_keys WHERE key = ANY($1)', [
      [old.key, young.key],
    ]);
    expect(rows).toEqual([{ key: young.key }]);
  });
});
