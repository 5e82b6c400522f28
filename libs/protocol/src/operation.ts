import { z } from 'zod';

import type { ProblemName } from './names.js';

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
type Shape = Readonly<Record<string, z.ZodType>>;

/** One endpoint, described once: the gateway mounts, validates, forwards and documents what stands here. */
export interface OperationDefinition {
  /** One line for the documentation. */
  readonly summary: string;
  /** Method and full path as clients see them; `{name}` marks a path parameter. */
  readonly http: `${HttpMethod} /${string}`;
  /** Status of a successful answer; 200 if left out. */
  readonly status?: 200 | 201 | 202 | 204;
  /** Callable without a token. The handler must say `@Public()` too, or its service does not start. */
  readonly public?: true;
  readonly params?: Shape;
  readonly query?: Shape;
  readonly body?: Shape;
  readonly response: z.ZodType;
  /** Codes that this operation can answer in addition to those that every operation can. */
  readonly problems?: readonly ProblemName[];
  /** The answer carries credentials or must not be stored (RFC 6749 §5.1). */
  readonly noStore?: true;
  /**
   * What the gateway does with cookies: a login and a refresh may set them, a refresh may take its token from one, and a
   * logout clears them.
   */
  readonly credentials?: 'issue' | 'renew' | 'clear';
  /**
   * Optimistic concurrency (RFC 9110 §13.1.1): the answer's `version` is its `ETag`, and a change (any method but GET)
   * needs `If-Match`. The handler finds it in the message as `version`; `*` leaves it out.
   */
  readonly versioned?: true;
  /**
   * A change that a client may send again: the first answer to an `Idempotency-Key` is the answer to each request with it for
   * 24 hours (draft-ietf-httpapi-idempotency-key-header). The handler finds the key in the message, and with `@ResourceId()` an
   * id under which what it makes is made once. The service needs `idempotency(Pool)` among its providers. The answer is stored
   * meanwhile, so it must not carry credentials.
   */
  readonly idempotent?: true;
  /**
   * The body may be `application/x-www-form-urlencoded` (RFC 7009 §2.1, RFC 7662 §2.1). Errors are problems (RFC 9457), as
   * everywhere here, and have a `code` where RFC 6749 §5.2 has an `error`.
   */
  readonly form?: true;
  /** Seconds for which anyone may cache a successful answer: a public GET that takes nothing, so that it is the same for all. */
  readonly cacheSeconds?: number;
}

type MessageShape<D extends OperationDefinition> = Part<D['params']> &
  Part<D['query']> &
  Part<D['body']> &
  (D extends { versioned: true } ? { readonly version: typeof Version } : unknown) &
  (D extends { idempotent: true } ? { readonly idempotencyKey: typeof IdempotencyKey } : unknown);
type Part<S> = S extends Shape ? S : unknown;

const Version = z.int().min(0).optional();
const IdempotencyKey = z
  .string()
  .regex(/^[\x20-\x7e]{1,255}$/)
  .optional();

/** A definition with its place: the service's NATS subject and the schema of the whole message. */
export type Operation<D extends OperationDefinition = OperationDefinition> = D & {
  readonly id: string;
  readonly service: string;
  readonly subject: string;
  readonly method: HttpMethod;
  readonly path: string;
  readonly message: z.ZodObject;
};

/** What a handler receives: path, query and body of the request in one object, validated. */
export type MessageOf<D extends OperationDefinition> =
  MessageShape<D> extends infer S extends Shape
    ? z.output<z.ZodObject<{ -readonly [K in keyof S]: S[K] }>>
    : Record<string, never>;

/** What a handler must answer. */
export type ReplyOf<D extends OperationDefinition> = z.input<D['response']>;

export type Contract = Readonly<Record<string, Operation>>;

/** Keeps the literal types of a definition. */
export function operation<const D extends OperationDefinition>(definition: D): D {
  return definition;
}

/**
 * Names the operations of one service. The subject of each is `<service>.<operation>`.
 *
 * @throws Error if a field name stands in two parts of a request, a path and its parameters disagree, an answer that
 *   depends on who asks, or for what, is to be cached, or what is public, changes nothing or must not be stored is called
 *   idempotent
 * @example export const treasury = service('treasury', { openAccount: operation({ ... }) });
 */
export function service<const D extends Readonly<Record<string, OperationDefinition>>>(
  name: string,
  definitions: D,
): { readonly [K in keyof D]: Operation<D[K]> } {
  const entries = Object.entries(definitions).map(([id, definition]) => [id, place(name, id, definition)] as const);
  // Object.fromEntries forgets the keys that `definitions` has.
  return Object.fromEntries(entries) as { readonly [K in keyof D]: Operation<D[K]> };
}

function place(service: string, id: string, definition: OperationDefinition): Operation {
  const { params = {}, query = {}, body = {} } = definition;
  const names = [params, query, body].flatMap((part) => Object.keys(part));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice) throw new Error(`${service}.${id}: "${twice}" is in two parts of the request; rename one`);

  const [method, path] = definition.http.split(' ') as [HttpMethod, string];
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  if (inPath.join() !== Object.keys(params).join()) {
    throw new Error(`${service}.${id}: the path names [${inPath.join()}], params [${Object.keys(params).join()}]`);
  }

  if (definition.cacheSeconds !== undefined && (!definition.public || method !== 'GET' || names.length > 0)) {
    throw new Error(`${service}.${id}: cacheSeconds is for a public GET that takes nothing; remove it`);
  }
  if (definition.idempotent && (definition.public || method === 'GET')) {
    throw new Error(`${service}.${id}: idempotent is for a change by somebody who is known; remove it`);
  }
  if (definition.idempotent && (definition.credentials || definition.noStore)) {
    throw new Error(
      `${service}.${id}: an idempotent answer is stored for a day, and this one must not be; remove idempotent`,
    );
  }
  const version = definition.versioned && method !== 'GET' ? { version: Version } : {};
  const key = definition.idempotent ? { idempotencyKey: IdempotencyKey } : {};
  const message = z.strictObject({ ...params, ...query, ...body, ...version, ...key });
  return { ...definition, id: `${service}.${id}`, service, subject: `${service}.${id}`, method, path, message };
}
