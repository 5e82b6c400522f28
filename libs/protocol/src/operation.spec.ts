import { z } from 'zod';

import { operation, service } from './operation.js';

const response = z.object({});

describe('a service', () => {
  it('gives each operation its subject, method, path and message', () => {
    const { move } = service('stall', {
      move: operation({
        summary: 'Move',
        http: 'POST /v1/stalls/{id}/moves',
        params: { id: z.string() },
        query: { dry: z.string().optional() },
        body: { to: z.string() },
        response,
      }),
    });
    expect(move).toMatchObject({
      id: 'stall.move',
      service: 'stall',
      subject: 'stall.move',
      method: 'POST',
      path: '/v1/stalls/{id}/moves',
    });
    expect(Object.keys(move.message.shape)).toEqual(['id', 'dry', 'to']);
    expect(move.message.safeParse({ id: '1', to: '2', admin: true }).success).toBe(false);
  });

  it.each([
    ['a field in two parts', { params: { id: z.string() }, body: { id: z.string() } }, /"id" is in two parts/],
    ['a path parameter without a schema', {}, /the path names \[id\], params \[\]/],
    ['a schema for no path parameter', { params: { id: z.string(), x: z.string() } }, /params \[id,x\]/],
  ])('refuses %s', (_, parts, message) => {
    const broken = operation({ summary: 'Broken', http: 'POST /v1/stalls/{id}', response, ...parts });
    expect(() => service('stall', { broken })).toThrow(message);
  });

  it.each([
    ['is public', { http: 'POST /v1/stalls', public: true }],
    ['changes nothing', { http: 'GET /v1/stalls' }],
  ] as const)('refuses to call an operation idempotent that %s', (_, parts) => {
    const broken = operation({ summary: 'Broken', idempotent: true, response, ...parts });
    expect(() => service('stall', { broken })).toThrow(/idempotent is for a change by somebody who is known/);
  });

  it.each([
    ['issues credentials', { credentials: 'issue' }],
    ['must not be stored', { noStore: true }],
  ] as const)('refuses to keep the answer of an idempotent operation that %s', (_, parts) => {
    const broken = operation({ summary: 'Broken', http: 'POST /v1/stalls', idempotent: true, response, ...parts });
    expect(() => service('stall', { broken })).toThrow(/an idempotent answer is stored for a day/);
  });

  it.each([
    ['needs a token', { http: 'GET /v1/stalls' }],
    ['changes something', { http: 'POST /v1/stalls', public: true }],
    ['is about what is asked for', { http: 'GET /v1/stalls', public: true, query: { size: z.string() } }],
  ] as const)('refuses to let an answer be cached that %s', (_, parts) => {
    const broken = operation({ summary: 'Broken', cacheSeconds: 60, response, ...parts });
    expect(() => service('stall', { broken })).toThrow(/cacheSeconds is for a public GET that takes nothing/);
  });
});
