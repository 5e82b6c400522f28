import { z } from 'zod';

import { OPERATIONS } from './contracts.js';
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
    ['a field in two parts', { params: { id: z.string() }, body: { id: z.string() } }, /"id" stands in two parts/],
    ['a path parameter without a schema', {}, /the path names \[id\], params \[\]/],
    ['a schema for no path parameter', { params: { id: z.string(), x: z.string() } }, /params \[id,x\]/],
  ])('refuses %s', (_, parts, message) => {
    const broken = operation({ summary: 'Broken', http: 'POST /v1/stalls/{id}', response, ...parts });
    expect(() => service('stall', { broken })).toThrow(message);
  });
});

describe('the contracts', () => {
  it('give each operation a subject and an address of its own', () => {
    const subjects = OPERATIONS.map(({ subject }) => subject);
    const addresses = OPERATIONS.map(({ method, path }) => `${method} ${path.replace(/\{\w+\}/g, '{}')}`);
    expect(new Set(subjects).size).toBe(OPERATIONS.length);
    expect(new Set(addresses).size).toBe(OPERATIONS.length);
  });

  // A diff here changes what can be reached without a token.
  it('open these to everybody and no other', () => {
    expect(OPERATIONS.filter((one) => one.public).map(({ id }) => id)).toEqual([
      'auth.register',
      'auth.login',
      'auth.refresh',
      'auth.revoke',
      'auth.jwks',
      'auth.metadata',
    ]);
  });

  it.each(OPERATIONS.map((one) => [one.id, one] as const))(
    '%s refuses a field that it does not know',
    (_, { message }) => {
      const { error } = message.safeParse({ grantedRoles: ['sovereign'] });
      expect(error?.issues.filter(({ code }) => code === 'unrecognized_keys')).toMatchObject([
        { keys: ['grantedRoles'] },
      ]);
    },
  );

  it('change nothing by GET', () => {
    expect(OPERATIONS.filter((one) => one.method === 'GET' && one.body)).toEqual([]);
  });

  // PostgreSQL refuses both, and what it refuses is a 500.
  it.each(OPERATIONS.map((one) => [one.id, one] as const))(
    '%s takes no NUL and no half character',
    (_, { message }) => {
      const isRefused = (field: string, value: unknown) =>
        message.safeParse({ [field]: value }).error?.issues.some(({ path }) => path[0] === field) === true;
      const values = ['a\0b', '\ud800'].flatMap((value) => [value, [value]]);
      const taken = Object.keys(message.shape).filter((field) => !values.every((value) => isRefused(field, value)));
      expect(taken).toEqual([]);
    },
  );
});
