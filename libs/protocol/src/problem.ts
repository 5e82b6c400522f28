import { z } from 'zod';

/** What all problems of one code have in common. A code is stable: clients switch on it. */
export interface ProblemKind {
  readonly code: string;
  /** HTTP status, 400 to 599. */
  readonly status: number;
  readonly title: string;
}

/** For each code its HTTP status and title. */
export type ProblemCatalogue = Readonly<Record<string, readonly [status: number, title: string]>>;

/** What guards, transports and the gateway answer of their own accord. Spread it into the catalogue of your system. */
export const PROTOCOL_PROBLEMS = {
  'invalid-request': [400, 'The request does not match the contract'],
  'malformed-json': [400, 'The body is not valid JSON'],
  unauthenticated: [401, 'A valid access token is required'],
  'insufficient-user-authentication': [401, 'Log in again to do this'],
  'missing-permission': [403, 'Missing permission'],
  'missing-role': [403, 'Missing role'],
  'insufficient-clearance': [403, 'Your clearance is too low'],
  'undeclared-access': [403, 'The operation has no access rule'],
  'route-not-found': [404, 'Route not found'],
  'request-in-progress': [409, 'The first request with this key has no answer yet'],
  'body-too-large': [413, 'The body is too large'],
  'unsupported-media-type': [415, 'The body must be application/json'],
  'idempotency-key-reused': [422, 'Another request was sent with this key'],
  'too-many-requests': [429, 'Too many requests'],
  internal: [500, 'Internal server error'],
  'invalid-response': [502, 'A service sent an invalid response'],
  'service-unavailable': [503, 'The service cannot be reached'],
  timeout: [504, 'The service did not answer in time'],
} as const satisfies ProblemCatalogue;

/** One fault of one field of a request. `path` is a JSON Pointer (RFC 6901) into the part that `in` names. */
export interface FieldFault {
  readonly in: 'body' | 'query' | 'path' | 'message';
  readonly path: string;
  readonly message: string;
}

/** What a problem says beyond its code. All of it is shown to the caller. */
export interface ProblemDetails {
  /** One sentence for the caller: what happened here and the way out. */
  readonly detail?: string;
  readonly errors?: readonly FieldFault[];
  /** The permission that the caller lacks, named to authenticated callers only. */
  readonly permission?: string;
  readonly roles?: readonly string[];
  /** Seconds after which it is worth trying again; becomes `Retry-After`. */
  readonly retryAfter?: number;
  readonly traceId?: string;
  /** Names the decision behind a refusal: the log and the audit trail hold its reason under this id. */
  readonly decision?: string;
  /** Seconds: how recent the caller's login must be (RFC 9470 `max_age`). */
  readonly maxAge?: number;
}

/** A problem as RFC 9457 writes it, the same over NATS and over HTTP. */
export interface ProblemBody extends ProblemDetails {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
}

/** The one error that services throw on purpose. `cause` is for the log and never leaves the process. */
export class Problem extends Error implements ProblemKind {
  override readonly name = 'Problem';
  readonly code: string;
  readonly status: number;
  readonly title: string;

  /** @param kind - what every problem of this code has in common; see {@link problemsOf} */
  constructor(
    { code, status, title }: ProblemKind,
    readonly details: ProblemDetails = {},
    options?: ErrorOptions,
  ) {
    // A stack costs as much as the rest of a refusal, and strangers can cause as many as they like: faults of ours have one.
    const { stackTraceLimit } = Error;
    if (status < 500) Error.stackTraceLimit = 0;
    super(details.detail ?? title, options);
    Error.stackTraceLimit = stackTraceLimit;
    this.code = code;
    this.status = status;
    this.title = title;
  }

  /** The same problem with further details. */
  with({ cause = this.cause, ...details }: ProblemDetails & ErrorOptions): Problem {
    return new Problem(this, { ...this.details, ...details }, cause === undefined ? undefined : { cause });
  }

  toBody(): ProblemBody {
    const { code, status, title } = this;
    return { type: `urn:citadel:problem:${code}`, title, status, code, ...this.details };
  }
}

/**
 * Makes the function that makes the problems of a catalogue, to be thrown.
 *
 * The function takes the code, and what the caller may see; `cause` is kept for the log alone.
 *
 * @param catalogue - for each code its status and title
 * @example
 * const problem = problemsOf({ ...PROTOCOL_PROBLEMS, 'order-not-found': [404, 'There is no such order'] });
 * throw problem('order-not-found', { detail: 'Order 7 was deleted' });
 */
export function problemsOf<const C extends ProblemCatalogue>(catalogue: C) {
  return (code: keyof C & string, { cause, ...details }: ProblemDetails & ErrorOptions = {}): Problem => {
    const entry = catalogue[code];
    if (!entry) throw new TypeError(`${code} is not a problem of this catalogue`);
    const [status, title] = entry;
    return new Problem({ code, status, title }, details, cause === undefined ? undefined : { cause });
  };
}

/** Makes a problem that the protocol itself knows. */
export const problem = problemsOf(PROTOCOL_PROBLEMS);

/**
 * What each detail must be, for whoever reads a problem and for the documentation. Some become headers, and what is no
 * header's value there would be an answer of no kind.
 */
const DETAILS = {
  detail: z.string().describe('What happened here, and the way out'),
  errors: z.array(
    z.object({
      in: z.enum(['body', 'query', 'path', 'message']),
      path: z.string().describe('JSON Pointer (RFC 6901)'),
      message: z.string(),
    }),
  ),
  permission: z.string().describe('The permission that is missing'),
  roles: z.array(z.string()).describe('The roles of which one is missing'),
  retryAfter: z.number().describe('Seconds after which it is worth trying again; Retry-After says the same'),
  traceId: z.string().describe('Names the request in our logs'),
  decision: z
    .string()
    .regex(/^[\w-]{1,64}$/)
    .describe('Names the decision behind a refusal; an administrator can have it explained'),
  maxAge: z.number().describe('Seconds: how recent the login must be (RFC 9470)'),
} satisfies { readonly [K in keyof Required<ProblemDetails>]: z.ZodType };

/** A problem as it is answered (RFC 9457). */
export const ProblemDocument = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  ...z.object(DETAILS).partial().shape,
});

/** What a problem of another service must say of itself; which codes there are is for that service to know. */
const Kind = z.object({
  code: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/),
  status: z.int().min(400).max(599),
  title: z.string().max(200),
});

/**
 * Reads a problem that came over the wire; what is none is treated as a fault of the sender, not shown on, and a detail of
 * another kind is left out.
 */
export function problemFrom(value: unknown): Problem {
  const kind = Kind.safeParse(value);
  // Zod takes a member of the prototype for one of the object's own.
  if (!kind.success || !hasOwn(value, 'code')) return problem('internal', { cause: value });
  const details = Object.entries(DETAILS)
    .map(([key, schema]) => ({ key, schema, detail: hasOwn(value, key) ? value[key] : undefined }))
    .filter(({ schema, detail }) => detail !== undefined && schema.safeParse(detail).success);
  // The sender is one of our services; its details were made by `toBody`, and are data to be shown, never acted upon.
  return new Problem(kind.data, Object.fromEntries(details.map(({ key, detail }) => [key, detail])));
}

const hasOwn = <K extends string>(value: unknown, key: K): value is Readonly<Record<K, unknown>> =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, key);
