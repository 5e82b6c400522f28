/**
 * Parses a JSON object and refuses duplicate member names at any depth. `JSON.parse` keeps the last of them, another
 * parser the first: two readers of one token must not see two different claims (RFC 8725 §2.6, RFC 7519 §4).
 *
 * @throws SyntaxError if the text is no JSON object, repeats a name, or nests deeper than 8 levels
 */
export function parseStrictObject(text: string): Record<string, unknown> {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new SyntaxError('not a JSON object');
  if (countMembers(value, 0) !== countNames(text)) throw new SyntaxError('a member name is repeated');
  // An object that is no array and not null has string keys.
  return value as Record<string, unknown>;
}

/** Members that are left after parsing. */
function countMembers(value: unknown, depth: number): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (depth > 8) throw new SyntaxError('nested too deeply');
  const children: unknown[] = Object.values(value);
  const own = Array.isArray(value) ? 0 : Object.keys(value).length;
  return own + children.reduce<number>((sum, child) => sum + countMembers(child, depth + 1), 0);
}

/** Member names in the text: strings that a colon follows. In valid JSON nothing else looks like that. */
function countNames(text: string): number {
  const strings = text.match(/"(?:[^"\\]|\\.)*"(?:[\t\n\r ]*:)?/g) ?? [];
  return strings.filter((string) => string.endsWith(':')).length;
}
