import { problem } from '@citadel/contracts';
import sjson from 'secure-json-parse';

/**
 * Parses a body. Bytes that are no UTF-8 are refused, where Fastify's own parser would put U+FFFD in their place and
 * change what the client said; `__proto__` and `constructor.prototype` are refused too.
 */
export function parseJson(body: Buffer, done: (error: Error | null, value?: unknown) => void): void {
  // A POST without a body may name a content type all the same.
  if (body.length === 0) return done(null, undefined);
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body);
    done(null, sjson.parse(text, undefined, { protoAction: 'error', constructorAction: 'error' }));
  } catch (cause) {
    done(problem('malformed-json', { cause }));
  }
}
