import { types } from 'node:util';

import type { KeySource } from './key-source.js';

const MAXIMUM_BYTES = 65_536;
const TIMEOUT_MS = 3_000;

export interface HttpKeySourceOptions {
  /** Milliseconds until a request is given up; 3,000 if left out. */
  readonly timeout?: number;
  /** Milliseconds between two loads; 300,000 if left out. A key unknown until then is asked for at once. */
  readonly reloadAfter?: number;
  /** Replaces the global `fetch`, for a proxy or a private certificate authority. */
  readonly fetch?: typeof fetch;
}

/**
 * Keys from an issuer's `jwks_uri`, for services that have no NATS.
 *
 * @param url - fixed by configuration, never taken from a token (RFC 8725 §3.10); `https:`, or `http:` on loopback
 * @throws Error if the URL is not of that kind
 * @example AuthModule.forRoot({ keys: httpKeySource('https://issuer.example/.well-known/jwks.json'), ... })
 */
export function httpKeySource(url: string | URL, options: HttpKeySourceOptions = {}): KeySource {
  const address = new URL(url);
  requireSafe(address);
  return {
    reloadAfter: options.reloadAfter ?? 300_000,
    load: () => fetchJson('JWK Set', address, options),
  };
}

/** @throws Error unless the address is `https:`, or `http:` on loopback */
export function requireSafe({ hostname, protocol, host }: URL): void {
  const isLoopback = ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  if (protocol === 'https:' || (protocol === 'http:' && isLoopback)) return;
  throw new Error(`Keys must come over https, not from ${protocol}//${host}`);
}

/**
 * @param what - for the error
 * @throws Error that says what could not be had from where, and why
 */
export async function fetchJson(what: string, address: URL, options: HttpKeySourceOptions): Promise<unknown> {
  const { timeout = TIMEOUT_MS, fetch: request = fetch } = options;
  try {
    const answer = await request(address, {
      headers: { accept: 'application/jwk-set+json, application/json' },
      redirect: 'error',
      signal: AbortSignal.timeout(timeout),
    });
    if (!answer.ok) throw new Error(`it answered ${String(answer.status)}`);
    return JSON.parse(await readBounded(what, answer)) as unknown;
  } catch (cause) {
    throw new Error(`No ${what} from ${address.href}: ${reasonOf(cause)}`, { cause });
  }
}

async function readBounded(what: string, answer: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of answer.body ?? []) {
    // The DOM's types leave the chunks of a response body open; fetch yields bytes.
    const bytes = chunk as Uint8Array;
    size += bytes.byteLength;
    if (size > MAXIMUM_BYTES) throw new Error(`A ${what} of more than ${String(MAXIMUM_BYTES)} bytes is not accepted`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** fetch says "fetch failed", and why in the cause. */
function reasonOf(error: unknown): string {
  if (!types.isNativeError(error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${reasonOf(error.cause)}`;
}
