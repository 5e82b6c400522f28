// Run as it is by Jest and by Vitest, whose globals have the same names.
import { Test } from '@nestjs/testing';

import { AppModule, issuer } from '../dist/orders.js';

let app;

beforeAll(async () => {
  const module = await Test.createTestingModule({ imports: [AppModule] }).compile();
  app = module.createNestApplication({ logger: false });
  await app.listen(0, '127.0.0.1');
});

afterAll(() => app.close());

async function place(token) {
  const headers = token ? { authorization: `Bearer ${token}` } : {};
  const answer = await fetch(`${await app.getUrl()}/orders`, { method: 'POST', headers });
  return { status: answer.status, body: await answer.json() };
}

describe('placing an order', () => {
  it('is refused without a token', async () => {
    const answer = await place();
    expect([answer.status, answer.body.code]).toEqual([401, 'unauthenticated']);
  });

  it('is refused without the permission', async () => {
    const answer = await place(issuer.tokenFor('orders', { sub: 'ada' }));
    expect([answer.status, answer.body.code]).toEqual([403, 'missing-permission']);
  });

  it('is for whoever has the permission', async () => {
    const answer = await place(issuer.tokenFor('orders', { sub: 'ada', permissions: ['orders:orders:place'] }));
    expect([answer.status, answer.body]).toEqual([201, { by: 'ada' }]);
  });
});
