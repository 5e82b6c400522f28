import { ACCESS_TABLE, type ProblemCode, ProblemDocument, PROBLEMS } from '@citadel/contracts';
import type { Contract, Operation } from '@citadel/protocol';
import { z } from 'zod';

import { ACCESS_COOKIE } from '../credentials/cookies.js';

const EVERYWHERE: readonly ProblemCode[] = [
  'invalid-request',
  'internal',
  'invalid-response',
  'service-unavailable',
  'timeout',
];
const WITH_TOKEN: readonly ProblemCode[] = ['unauthenticated', 'missing-permission'];
const WITH_BODY: readonly ProblemCode[] = ['malformed-json', 'body-too-large', 'unsupported-media-type'];

export type OpenApi = Readonly<Record<string, unknown>>;

/** OpenAPI 3.1 for the given contracts. Everything in it comes from the contracts, so it cannot promise something else. */
export function openApiOf(contracts: readonly Contract[], server: string): OpenApi {
  const operations = contracts.flatMap((contract) => Object.values(contract));
  const paths: Record<string, Record<string, unknown>> = {};
  for (const operation of operations) {
    (paths[operation.path] ??= {})[operation.method.toLowerCase()] = describe(operation);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Citadel',
      version: '1',
      description: 'Errors are problems (RFC 9457) with a stable `code`. Access tokens are Bearer tokens (RFC 6750).',
    },
    servers: [{ url: server }],
    tags: contracts.map((contract) => ({ name: Object.values(contract)[0]?.service })),
    paths,
    components: {
      securitySchemes: {
        accessToken: { type: 'http', scheme: 'bearer', bearerFormat: 'at+jwt' },
        accessCookie: { type: 'apiKey', in: 'cookie', name: ACCESS_COOKIE },
      },
      // What a client must expect, and no more: more members may come (RFC 9457 §3.2).
      schemas: { Problem: schemaOf(ProblemDocument, 'input') },
    },
  };
}

function describe(operation: Operation) {
  const { summary, service, id, params = {}, query = {}, body, status = 200, response } = operation;
  return {
    operationId: id,
    summary,
    tags: [service],
    security: operation.public ? [] : [{ accessToken: [] }, { accessCookie: [] }],
    ...requirementsOf(operation),
    parameters: [...parameters('path', params), ...parameters('query', query), ...headersOf(operation)],
    ...(body ? { requestBody: { required: true, content: bodyOf(operation, body) } } : {}),
    responses: {
      [String(status)]: {
        description: 'Success',
        ...successHeaders(operation),
        ...(status === 204 ? {} : { content: jsonOf(response, 'output') }),
      },
      ...(operation.cacheSeconds ? { '304': { description: 'The client has this answer already' } } : {}),
      ...problems(operation),
    },
  };
}

/** What the handler's decorators ask for, under names that OpenAPI leaves to us. */
function requirementsOf({ id }: Operation) {
  const { permissions = [], roles, clearance, recentLogin } = ACCESS_TABLE[id] ?? {};
  return {
    'x-required-permissions': permissions,
    ...(roles ? { 'x-required-roles': roles } : {}),
    ...(clearance ? { 'x-required-clearance': clearance } : {}),
    ...(recentLogin === undefined ? {} : { 'x-recent-login-seconds': recentLogin }),
  };
}

function successHeaders({ versioned, credentials, cacheSeconds }: Operation) {
  const cookies = credentials === 'clear' ? 'Clears the cookies' : 'The tokens, for `"delivery": "cookie"`';
  const headers = {
    ...(versioned ? { ETag: header('The version that is answered, for If-Match') } : {}),
    ...(cacheSeconds ? { ETag: header('What is answered, for If-None-Match') } : {}),
    ...(credentials ? { 'Set-Cookie': header(cookies) } : {}),
  };
  return Object.keys(headers).length > 0 ? { headers } : {};
}

/** Headers of a problem: those that every answer of this status has, or may have. */
function problemHeaders(status: number) {
  if (status === 401 || status === 403)
    return { 'WWW-Authenticate': header('The challenge (RFC 6750 §3, RFC 9470 §3)') };
  if (status === 429 || status === 503) return { 'Retry-After': header('Seconds after which to try again') };
  return undefined;
}

const header = (description: string) => ({ description, schema: { type: 'string' } });

/** What the handler's own rules refuse with, beyond a missing permission. */
function refusalsOf({ id }: Operation): readonly ProblemCode[] {
  const { roles, clearance, recentLogin } = ACCESS_TABLE[id] ?? {};
  return [
    ...(roles ? (['missing-role'] as const) : []),
    ...(clearance ? (['insufficient-clearance'] as const) : []),
    ...(recentLogin === undefined ? [] : (['insufficient-user-authentication'] as const)),
  ];
}

function headersOf({ versioned, method, cacheSeconds, idempotent }: Operation) {
  const inHeader = (name: string, required: boolean, description: string) => ({
    name,
    in: 'header',
    required,
    description,
    schema: { type: 'string' },
  });
  if (cacheSeconds) return [inHeader('If-None-Match', false, 'The ETag of an answer that the client has already')];
  const IF_MATCH = inHeader('If-Match', true, 'The ETag of the version that is meant, or * for any');
  const KEY = inHeader(
    'Idempotency-Key',
    false,
    'Chosen by the client: a request with it is answered as the first one was',
  );
  return [...(versioned && method !== 'GET' ? [IF_MATCH] : []), ...(idempotent ? [KEY] : [])];
}

function bodyOf({ form }: Operation, body: Readonly<Record<string, z.ZodType>>) {
  const json = jsonOf(z.strictObject(body), 'input');
  return form ? { ...json, 'application/x-www-form-urlencoded': json['application/json'] } : json;
}

function parameters(place: 'path' | 'query', shape: Readonly<Record<string, z.ZodType>>) {
  return Object.entries(shape).map(([name, schema]) => ({
    name,
    in: place,
    required: place === 'path' || !schema.safeParse(undefined).success,
    schema: schemaOf(schema, 'input'),
  }));
}

function problems(operation: Operation) {
  const { public: isPublic, versioned, idempotent, method, problems: own = [] } = operation;
  const conflicts: readonly ProblemCode[] =
    versioned && method !== 'GET' ? ['precondition-required', 'version-conflict'] : [];
  const ofKey: readonly ProblemCode[] = idempotent ? ['request-in-progress', 'idempotency-key-reused'] : [];
  // A body is read before the operation is asked whether it wants one.
  const ofBody = method === 'GET' ? [] : WITH_BODY;
  const ofToken = isPublic ? [] : [...WITH_TOKEN, ...refusalsOf(operation)];
  const codes = [...new Set([...EVERYWHERE, ...ofToken, ...ofBody, ...conflicts, ...ofKey, ...own])];
  const statuses = [...new Set(codes.map((code) => PROBLEMS[code][0]))].sort();
  return Object.fromEntries(
    statuses.map((status) => {
      const these = codes.filter((code) => PROBLEMS[code][0] === status);
      const content = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
      return [
        String(status),
        {
          description: these.map((code) => `\`${code}\`: ${PROBLEMS[code][1]}`).join('\n\n'),
          ...(problemHeaders(status) ? { headers: problemHeaders(status) } : {}),
          content,
        },
      ];
    }),
  );
}

const jsonOf = (schema: z.ZodType, io: 'input' | 'output') => ({
  'application/json': { schema: schemaOf(schema, io) },
});

function schemaOf(schema: z.ZodType, io: 'input' | 'output') {
  // OpenAPI 3.1 names its own dialect; the schema's would repeat it at every place.
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
}
