import { z } from 'zod';

/**
 * Every way a Citadel call can fail on purpose: a closed catalogue of codes, each with its HTTP status and title.
 * A code is stable: clients switch on it. What is not in the catalogue leaves a service as `internal`.
 */
export const PROBLEMS = {
  'invalid-request': [400, 'The request does not fit the contract'],
  'malformed-json': [400, 'The body is not valid JSON'],
  unauthenticated: [401, 'A valid access token is required'],
  'insufficient-user-authentication': [401, 'Log in again to do this'],
  'invalid-credentials': [401, 'E-mail or password is wrong'],
  'invalid-refresh-token': [401, 'The refresh token is not valid'],
  'missing-permission': [403, 'A permission is missing'],
  'missing-role': [403, 'A role is missing'],
  'csrf-rejected': [403, 'A page of another origin may not do this with your cookies'],
  'self-change': [403, 'Nobody changes their own powers'],
  'beyond-your-power': [403, 'This is more than you hold yourself'],
  'insufficient-clearance': [403, 'Your clearance is too low'],
  'undeclared-access': [403, 'Nobody may call this'],
  'route-not-found': [404, 'There is nothing here'],
  'session-not-found': [404, 'There is no such session'],
  'role-not-found': [404, 'There is no such role'],
  'operation-not-found': [404, 'There is no such operation'],
  'decision-not-found': [404, 'There is no such decision'],
  'user-not-found': [404, 'There is no such user'],
  'key-not-found': [404, 'There is no such key'],
  'account-not-found': [404, 'There is no such account'],
  'document-not-found': [404, 'There is no such document'],
  'email-taken': [409, 'This e-mail address is registered already'],
  'same-account': [409, 'A transfer needs two different accounts'],
  'role-taken': [409, 'There is a role of this name already'],
  'role-in-use': [409, 'Somebody or something still uses this role'],
  'role-built-in': [409, 'A built-in role cannot be changed'],
  'last-sovereign': [409, 'The last enabled sovereign stays'],
  'currency-mismatch': [409, 'The accounts have different currencies'],
  'insufficient-funds': [409, 'The account does not hold enough'],
  'balance-limit': [409, 'The balance would leave the range that an account can hold'],
  'transfer-id-taken': [409, 'Another transfer has this id'],
  'version-conflict': [412, 'It has been changed meanwhile'],
  'body-too-large': [413, 'The body is too large'],
  'unsupported-media-type': [415, 'The body must be application/json'],
  'headers-too-large': [431, 'The request headers are too large'],
  'unknown-permission': [422, 'There is no such permission'],
  'unknown-role': [422, 'There is no such role'],
  'role-cycle': [422, 'A role cannot inherit from itself'],
  'too-many-roles': [422, 'These roles together do not fit into a token'],
  'weak-password': [422, 'The password is too easy to guess'],
  'precondition-required': [428, 'Say with If-Match which version you mean to change'],
  'rotation-too-soon': [429, 'The signing keys were rotated a moment ago'],
  'too-many-requests': [429, 'Too many requests'],
  internal: [500, 'Something went wrong on our side'],
  'invalid-response': [502, 'A service answered something that does not fit the contract'],
  'service-unavailable': [503, 'The service cannot be reached'],
  timeout: [504, 'The service did not answer in time'],
} as const satisfies Record<string, readonly [status: number, title: string]>;

export type ProblemCode = keyof typeof PROBLEMS;

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
  readonly code: ProblemCode;
}

/** The one error that services throw on purpose. `cause` is for the log and never leaves the process. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;

  constructor(
    readonly code: ProblemCode,
    readonly details: ProblemDetails = {},
    options?: ErrorOptions,
  ) {
    super(details.detail ?? PROBLEMS[code][1], options);
    this.status = PROBLEMS[code][0];
  }

  toBody(): ProblemBody {
    const [status, title] = PROBLEMS[this.code];
    return { type: `urn:citadel:problem:${this.code}`, title, status, code: this.code, ...this.details };
  }
}

/**
 * Makes a problem from the catalogue, to be thrown.
 *
 * @param code - the catalogue's code; it decides the status
 * @param details - what the caller may see; `cause` is kept for the log alone
 * @example throw problem('insufficient-funds', { detail: 'The account holds 3.00 EUR' });
 */
export function problem(code: ProblemCode, { cause, ...details }: ProblemDetails & ErrorOptions = {}): Problem {
  return new Problem(code, details, cause === undefined ? undefined : { cause });
}

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
  code: z.enum(Object.keys(PROBLEMS)),
  ...z.object(DETAILS).partial().shape,
});

/**
 * Reads a problem that came over the wire; an unknown code is treated as a fault of the sender, not shown on, and a detail
 * of another kind is left out.
 */
export function problemFrom(value: unknown): Problem {
  if (typeof value !== 'object' || value === null || !('code' in value)) return problem('internal', { cause: value });
  const { code } = value;
  if (typeof code !== 'string' || !Object.hasOwn(PROBLEMS, code)) return problem('internal', { cause: value });
  const details = Object.entries(DETAILS)
    .map(([key, schema]) => ({ key, schema, detail: Reflect.get(value, key) as unknown }))
    .filter(({ key, schema, detail }) => Object.hasOwn(value, key) && schema.safeParse(detail).success);
  // The sender is one of our services; its details were made by `toBody`, and are data to be shown, never acted upon.
  return new Problem(code as ProblemCode, Object.fromEntries(details.map(({ key, detail }) => [key, detail])));
}
