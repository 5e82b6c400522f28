import { operation, Problem, service } from '@citadel/protocol';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';

import { readRequest } from './read-request.js';

const stall = service('stall', {
  move: operation({
    summary: 'Move',
    http: 'POST /stalls/{id}/moves',
    params: { id: z.uuid().toLowerCase() },
    query: { limit: z.coerce.number().int().max(100).default(20) },
    body: { to: z.string().max(5), memo: z.string().optional() },
    response: z.null(),
  }),
  look: operation({ summary: 'Look', http: 'GET /stalls', response: z.null() }),
});

const id = '0192f5e0-7c3a-7b7b-9a8b-1c2d3e4f5a6b';
/** Of a request, only these are read. */
const requestOf = (parts: object) =>
  ({ params: { id }, query: {}, body: { to: 'here' }, headers: {}, ...parts }) as FastifyRequest;
const read = (parts: object) => readRequest(stall.move, requestOf(parts));
function faultsOf(parts: object) {
  try {
    read(parts);
  } catch (error) {
    if (error instanceof Problem) return error.details.errors?.map(({ in: part, path }) => `${part} ${path}`);
    throw error;
  }
  throw new Error('it was taken');
}

describe('the message of a request', () => {
  it('is its path, its query and its body, as the contract reads them', () => {
    expect(read({ params: { id: id.toUpperCase() }, query: { limit: '7' } })).toEqual({ id, limit: 7, to: 'here' });
    expect(read({})).toEqual({ id, limit: 20, to: 'here' });
  });

  it('is empty where the contract has no part', () => {
    expect(readRequest(stall.look, requestOf({ params: {}, body: undefined }))).toEqual({});
  });

  it('takes each part from its own place, so that a body cannot rename what the path names', () => {
    expect(faultsOf({ body: { to: 'here', id: 'another' } })).toEqual(['body /id']);
    expect(faultsOf({ query: { to: 'there' } })).toEqual(['query /to']);
    expect(faultsOf({ body: { to: 'here', limit: 1000 } })).toEqual(['body /limit']);
    expect(faultsOf({ query: { id: 'another' } })).toEqual(['query /id']);
  });

  it('is refused with every fault of every part at once', () => {
    expect(
      faultsOf({ params: { id: '1' }, query: { limit: '101', admin: '' }, body: { to: 'too far away', x: 1 } }),
    ).toEqual(['path /id', 'query /limit', 'query /admin', 'body /to', 'body /x']);
  });

  it.each([[['1', '2']], [''], ['ten'], ['1.5'], [{ $gt: 0 }]])('is refused with a limit of %j', (limit) => {
    const given = limit === '' ? 'x' : limit;
    expect(faultsOf({ query: { limit: given } })).toEqual(['query /limit']);
  });

  it.each([undefined, null, [], 'text', 7, true])('is refused with the body %j', (body) => {
    expect(faultsOf({ body })?.every((fault) => fault.startsWith('body '))).toBe(true);
  });

  it('names the first fault in its own words', () => {
    expect(() => read({ body: {} })).toThrow('body /to: Invalid input: expected string, received undefined');
  });
});
