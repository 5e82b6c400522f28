/** The code of an error of the system or of PostgreSQL. Errors of Node.js itself are of another realm under Jest, so no `instanceof`. */
export function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
