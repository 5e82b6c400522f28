import { randomUUID } from 'node:crypto';

import until from 'p-wait-for';

import { http, tokenOf } from './stack/http.js';
import { logIn, newcomer } from './stack/people.js';
import { startOwnStack, type Stack } from './stack/stack.js';

const TRANSFERS = 30;

let own: Stack;
beforeAll(async () => {
  own = await startOwnStack();
}, 120_000);
afterAll(() => own?.discard(), 60_000);

const on = () => own.describe();
/** Sends a request with its key until it is answered, as a client does whose server is restarted. */
async function insist(path: string, token: string, body: object) {
  const headers = { 'idempotency-key': randomUUID() };
  let answer: Awaited<ReturnType<typeof http>> | undefined;
  await until(
    async () => {
      answer = await http('POST', path, { token, headers, body, on: on() }).catch(() => undefined);
      return answer !== undefined && answer.status < 500 && answer.status !== 409;
    },
    // An attempt that died with its process is taken for dead after 90 seconds; until then the answer is 409.
    { timeout: 150_000 },
  );
  if (answer?.status !== 201) throw new Error(`${path}: ${answer?.text ?? 'no answer'}`);
  return answer.body as Record<string, unknown>;
}

async function customer() {
  const person = await newcomer(on());
  const { access: token } = await logIn(person, { on: on() });
  const account = await insist('/v1/treasury/accounts', token, { name: 'Wallet', currency: 'EUR' });
  return { ...person, token, account: String(account.id) };
}

async function documentsOf(token: string) {
  const items: { readonly title: string; readonly id: string; readonly ownerId: string }[] = [];
  for (let cursor = ''; ;) {
    const { body } = await http('GET', `/v1/archives/documents?limit=100${cursor && `&cursor=${cursor}`}`, {
      token,
      on: on(),
    });
    items.push(...(body.items as typeof items));
    if (body.nextCursor === null) return items;
    cursor = String(body.nextCursor);
  }
}

describe('a settled transfer', () => {
  it('gives its payer one receipt, even while the treasury, the archives and NATS are killed', async () => {
    const [payer, payee] = [await customer(), await customer()];
    const treasurer = await tokenOf('treasurer', on());
    await insist('/v1/treasury/vault-draws', treasurer, { to: payer.account, amount: 1_000 });
    const settled: string[] = [];
    const paying = (async () => {
      for (let i = 0; i < TRANSFERS; i += 1) {
        const order = { from: payer.account, to: payee.account, amount: 1 };
        settled.push(String((await insist('/v1/treasury/transfers', payer.token, order)).id));
      }
    })();
    for (const process of ['archives', 'treasury', 'nats'] as const) {
      await own.kill(process);
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
    await paying;

    const receipts = async () => {
      const documents = await documentsOf(payer.token).catch(() => []);
      return documents.map(({ title }) => title.replace('Receipt for transfer ', ''));
    };
    await until(async () => (await receipts()).length >= TRANSFERS, { timeout: 60_000, interval: 500 });
    // One that had been filed twice would be here by now.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect((await receipts()).sort()).toEqual([...settled].sort());
    expect((await documentsOf(payee.token)).length).toBe(0);
  }, 400_000);
});

describe('a user who is deleted', () => {
  it('leaves frozen accounts, and documents to their successor', async () => {
    const [former, successor] = [await customer(), await customer()];
    const filed = { title: 'Plans', body: 'Of the bridge', format: 'text', tags: [], clearance: 'restricted' };
    const { body: document } = await http('POST', '/v1/archives/documents', {
      token: former.token,
      body: filed,
      on: on(),
    });
    const sovereign = await tokenOf('sovereign', on());
    const removed = await http('DELETE', `/v1/users/${former.id}?successor=${successor.id}`, {
      token: sovereign,
      headers: { 'if-match': '*' },
      on: on(),
    });
    expect(removed.status).toBe(204);
    expect((await http('GET', '/v1/auth/me', { token: former.token, on: on() })).status).toBe(401);

    const account = () => http('GET', `/v1/treasury/accounts/${former.account}`, { token: sovereign, on: on() });
    await until(async () => (await account()).body.state === 'frozen', { timeout: 30_000 });
    await until(async () => (await documentsOf(successor.token)).length === 1, { timeout: 30_000 });
    expect(await documentsOf(successor.token)).toMatchObject([{ id: document.id, ownerId: successor.id }]);
  }, 90_000);
});

describe('what one service asks of another', () => {
  const file = (token: string, transferId: string) =>
    http('POST', '/v1/archives/documents', {
      token,
      on: on(),
      body: { title: 'Bill', body: 'One bridge', transferId },
    });

  it('is answered as the user may have it: a document with a transfer is filed by whoever may see the transfer', async () => {
    const [payer, stranger] = [await customer(), await customer()];
    const draw = { to: payer.account, amount: 5 };
    const { id } = await insist('/v1/treasury/vault-draws', await tokenOf('treasurer', on()), draw);
    const filed = await file(payer.token, String(id));
    expect([filed.status, filed.body.transferId]).toEqual([201, id]);
    for (const [token, transfer] of [
      [stranger.token, String(id)],
      [payer.token, randomUUID()],
    ] as const) {
      const refused = await file(token, transfer);
      expect([refused.status, refused.body.code]).toEqual([404, 'transfer-not-found']);
    }
    const scribe = await file(await tokenOf('scribe', on()), String(id));
    expect([scribe.status, scribe.body.code]).toEqual([403, 'missing-permission']);

    await own.stopService('treasury');
    const away = await file(payer.token, String(id));
    expect([away.status, away.body.code]).toEqual([503, 'service-unavailable']);
    const incomplete = await http('GET', '/v1/auth/me/export', { token: payer.token, on: on() });
    expect([incomplete.status, incomplete.body.code]).toEqual([503, 'service-unavailable']);
    await own.startService('treasury');
  }, 60_000);
});
