import { randomUUID } from 'node:crypto';

import { http, tokenOf } from './stack/http.js';

let token: string;
let [from, to]: string[] = [];
beforeAll(async () => {
  token = await tokenOf('citizen');
  [from, to] = [await openAccount(), await openAccount()];
  await pay(from, 100);
});

async function openAccount(): Promise<string> {
  const { body } = await http('POST', '/v1/treasury/accounts', { token, body: { name: 'Keys', currency: 'EUR' } });
  return String(body.id);
}

async function pay(account = '', amount = 0, key: string = randomUUID()) {
  const treasurer = await tokenOf('treasurer');
  const headers = { 'idempotency-key': key };
  return http('POST', '/v1/treasury/vault-draws', { token: treasurer, headers, body: { to: account, amount } });
}

const transfer = (key: string, order: object = {}, by = token) =>
  http('POST', '/v1/treasury/transfers', {
    token: by,
    headers: { 'idempotency-key': key },
    body: { from, to, amount: 1, ...order },
  });

const balance = async () =>
  Number((await http('GET', `/v1/treasury/accounts/${String(from)}`, { token })).body.balance);

describe('a request that is sent again with its Idempotency-Key', () => {
  it('is answered as the first was, and moves money once', async () => {
    const before = await balance();
    const key = `"${randomUUID()}"`;
    const first = await transfer(key);
    const again = await transfer(key);
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.body).toEqual(first.body);
    expect(await balance()).toBe(before - 1);
    expect((await transfer(`"${randomUUID()}"`)).body.id).not.toBe(first.body.id);
    expect(await balance()).toBe(before - 2);
  });

  it('moves money once when it is sent many times at the same moment', async () => {
    const before = await balance();
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: 16 }, () => transfer(key)));
    const booked = answers.filter(({ status }) => status === 201);
    expect(new Set(booked.map(({ body }) => String(body.id))).size).toBe(1);
    for (const { status, body, headers } of answers.filter((answer) => answer.status !== 201)) {
      expect([status, body.code, headers['retry-after']]).toEqual([409, 'request-in-progress', '1']);
    }
    expect(await balance()).toBe(before - 1);
  });

  it('is refused when it asks for something else', async () => {
    const before = await balance();
    const key = randomUUID();
    await transfer(key);
    const other = await transfer(key, { amount: 2 });
    expect([other.status, other.body.code]).toEqual([422, 'idempotency-key-reused']);
    expect(await balance()).toBe(before - 1);
  });

  it('is refused as it was, even if it would succeed by now', async () => {
    const key = randomUUID();
    const poor = await openAccount();
    const order = { from: poor, amount: 5 };
    expect((await transfer(key, order)).body.code).toBe('insufficient-funds');
    expect((await pay(poor, 5)).status).toBe(201);
    expect((await transfer(key, order)).body.code).toBe('insufficient-funds');
    expect((await transfer(randomUUID(), order)).status).toBe(201);
  });

  it('is answered to its sender alone: the same key of another user is another key', async () => {
    const key = randomUUID();
    expect((await transfer(key)).status).toBe(201);
    const other = await transfer(key, {}, await tokenOf('treasurer'));
    expect([other.status, other.body.code]).toEqual([404, 'account-not-found']);
  });

  it('needs its token again, as any other', async () => {
    const key = randomUUID();
    expect((await transfer(key)).status).toBe(201);
    const headers = { 'idempotency-key': key };
    const { status } = await http('POST', '/v1/treasury/transfers', { headers, body: { from, to, amount: 1 } });
    expect(status).toBe(401);
  });

  it('may be corrected when it did not match the contract', async () => {
    const key = randomUUID();
    expect((await transfer(key, { amount: -1 })).status).toBe(400);
    expect((await transfer(key)).status).toBe(201);
  });

  it.each(['', '"a", "b"', 'x'.repeat(300)])('is refused with a key that is none: %j', async (key) => {
    const { status, body } = await transfer(key);
    expect([status, body.code, String(body.detail)]).toEqual([
      400,
      'invalid-request',
      expect.stringContaining('Idempotency-Key'),
    ]);
  });

  it('issues money once, too', async () => {
    const key = randomUUID();
    const before = await balance();
    const answers = [await pay(from, 3, key), await pay(from, 3, key)];
    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
    expect(await balance()).toBe(before + 3);
  });
});
