import { problem } from '@citadel/contracts';
import type { FieldFault, Operation } from '@citadel/protocol';
import { faultsOf } from '@citadel/platform';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';

import { idempotencyKeyFrom } from './idempotency-key.js';
import { versionFrom } from './entity-tag.js';

type Part = readonly [name: FieldFault['in'], schema: z.ZodType, value: unknown];

const partsOf = new WeakMap<Operation, Readonly<Record<'params' | 'query' | 'body', z.ZodObject>>>();

/**
 * The message of a request: its path, query and body, each validated by its own part of the contract, so that nothing in
 * a body can rename the resource that the path names.
 *
 * @throws Problem `invalid-request` with every fault and where it is
 */
export function readRequest(
  operation: Operation,
  { params, query, body, headers }: FastifyRequest,
): Record<string, unknown> {
  const schemas = schemasOf(operation);
  const parts: readonly Part[] = [
    ['path', schemas.params, params],
    ['query', schemas.query, query],
    ['body', schemas.body, body ?? {}],
  ];
  const parsed = parts.map(([name, schema, value]) => [name, schema.safeParse(value)] as const);
  const errors = parsed.flatMap(([name, { error }]) => (error ? faultsOf(error, name) : []));
  if (errors.length > 0) {
    const [first] = errors;
    throw problem('invalid-request', {
      detail: `${first?.in ?? ''} ${first?.path ?? ''}: ${first?.message ?? ''}`,
      errors,
    });
  }
  return Object.assign(
    {},
    ...parsed.map(([, { data }]) => data),
    versionFrom(operation, headers),
    idempotencyKeyFrom(operation, headers),
  ) as Record<string, unknown>;
}

function schemasOf(operation: Operation) {
  const known = partsOf.get(operation);
  if (known) return known;
  const { params = {}, query = {}, body = {} } = operation;
  const schemas = { params: z.strictObject(params), query: z.strictObject(query), body: z.strictObject(body) };
  partsOf.set(operation, schemas);
  return schemas;
}
