import { z } from 'zod';

import type { Contract, Operation, OperationDefinition } from './operation.js';

/** A UUID of version 4 that nothing has. */
const NOTHING = '00000000-0000-4000-8000-000000000000';

type Sample = Readonly<Record<string, unknown>>;

/** A request that an operation's schemas take, with what it requires and nothing else. */
export interface SampleRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly body: Sample;
}

/**
 * Made from the schemas, so that a new operation is tried without a line about it. Refinements are not in the schemas' JSON
 * form; where one does not take the sample, whoever tries it says what to send instead.
 */
export function sampleOf({ params = {}, body = {} }: OperationDefinition): SampleRequest {
  const inPath = Object.entries(sampleFor(z.object(params))).map(([name, value]) => [name, String(value)] as const);
  return { params: Object.fromEntries(inPath), body: sampleFor(z.object(body)) };
}

/**
 * The operation by which to ask a service whether it accepts a token: a list, where it has one. A token that it does not
 * accept is `unauthenticated`; whatever else it answers, it has accepted the token.
 *
 * @throws Error if every operation of the contract is public
 */
export function probeOf(contract: Contract): Operation {
  const guarded = Object.values(contract).filter((operation) => !operation.public);
  const probe = guarded.find(isList) ?? guarded[0];
  if (!probe) throw new Error('Every operation of this contract is public, so none shows whether a token is accepted');
  return probe;
}

const isList = ({ method, params, response }: Operation) =>
  method === 'GET' && !params && response instanceof z.ZodObject && 'items' in response.shape;

function sampleFor(schema: z.ZodObject): Sample {
  return valueOf(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })) as Sample;
}

/** The part of JSON Schema that Zod writes for requests. */
interface JsonSchema {
  readonly type?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly unknown[];
  readonly format?: string;
  readonly minLength?: number;
  readonly minimum?: number;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly required?: readonly string[];
}

function valueOf(unknownSchema: unknown): unknown {
  // Written by Zod.
  const schema = unknownSchema as JsonSchema;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  if (schema.anyOf) return valueOf(schema.anyOf[0]);
  switch (schema.type) {
    case 'object':
      return Object.fromEntries((schema.required ?? []).map((name) => [name, valueOf(schema.properties?.[name])]));
    case 'array':
      return [];
    case 'boolean':
      return true;
    case 'integer':
    case 'number':
      return Math.max(schema.minimum ?? 1, 1);
    default:
      return stringOf(schema);
  }
}

function stringOf({ format, minLength = 0 }: JsonSchema): string {
  if (format === 'uuid') return NOTHING;
  if (format === 'email') return 'sample@citadel.test';
  if (format === 'date-time') return '2000-01-01T00:00:00Z';
  return 'sample'.padEnd(minLength, '-');
}
