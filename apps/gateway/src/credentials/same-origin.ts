import type { HttpRequest } from '@citadel/auth';
import { problem } from '@citadel/contracts';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses a request that a page of another origin could have made a browser send with our cookies (RFC 10017, ASVS
 * 3.5). `Sec-Fetch-Site` and `Origin` are written by the browser and cannot be set by a page; a request with neither does
 * not come from a browser that we could trust with cookies.
 *
 * @param allowed - origins of our own pages, in addition to this gateway's
 * @throws Problem `csrf-rejected`
 */
export function requireSameOrigin({ method = 'GET', headers }: HttpRequest, allowed: ReadonlySet<string>): void {
  if (SAFE.has(method) || headers['sec-fetch-site'] === 'same-origin') return;
  const { origin } = headers;
  if (typeof origin === 'string' && allowed.has(origin)) return;
  throw problem('csrf-rejected', { detail: 'Requests with cookies must come from a page of this origin' });
}
