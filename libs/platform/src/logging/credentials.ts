/** Members that are never written, should somebody log them by mistake, in any case of letters. */
const CREDENTIALS = new Set([
  'authorization',
  'cookie',
  'set-cookie',
  'token',
  'access_token',
  'refresh_token',
  'password',
  'currentpassword',
  'newpassword',
]);

const DEPTH = 3;

/**
 * A copy without credentials, down to the third level, lists included. Written here because a library that redacts by path
 * costs twenty times as much as the rest of the line.
 *
 * @example
 * withoutCredentials({ status: 200, headers: { cookie: 'a=b' } }); // { status: 200, headers: { cookie: '[Redacted]' } }
 */
export function withoutCredentials(fields: object, depth = DEPTH): Record<string, unknown> {
  const safe: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    safe[name] = CREDENTIALS.has(name.toLowerCase()) ? '[Redacted]' : withoutNested(value, depth - 1);
  }
  return safe;
}

function withoutNested(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null || depth === 0 || writesItself(value)) return value;
  if (Array.isArray(value)) return value.map((item) => withoutNested(item, depth - 1));
  return withoutCredentials(value, depth);
}

/** Errors have their own description in a line; dates, URLs and the like say themselves what they are as JSON. */
const writesItself = (value: object) =>
  value instanceof Error || ('toJSON' in value && typeof value.toJSON === 'function');
