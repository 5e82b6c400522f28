import { createHmac } from 'node:crypto';

import type { Contender } from './contender.js';
import type { Peer } from './peers.js';
import type { PeerSettings } from './peers/settings.js';

/**
 * What a client shows to a peer.
 *
 * @param claims - those of one of our own access tokens: a signed one is to be as long
 * @param cookie - what the peer itself gave out
 */
export function credentialOf(
  { credential }: Peer,
  settings: PeerSettings,
  claims: object,
  cookie = '',
): Pick<Contender, 'credential'> {
  const bearer = (token: string) => shown('authorization', 'Bearer ', token);
  if (credential === undefined) return {};
  switch (credential) {
    case 'signed token':
      return bearer(signed({ ...claims, sub: settings.owner }, settings.secret));
    case 'opaque token':
      return bearer(settings.opaqueToken);
    case 'cookie':
      return shown('cookie', '', cookie);
  }
}

const shown = (header: string, scheme: string, value: string) => ({
  credential: { header, scheme, value: () => Promise.resolve(value) },
});

/** A JWT with HS256 (RFC 7515 §3.1), good for an hour. */
function signed(claims: object, secret: string): string {
  const exp = Math.floor(Date.now() / 1000) + 3600;
  const [header, payload] = [
    { alg: 'HS256', typ: 'JWT' },
    { ...claims, exp },
  ].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
  const text = [header, payload].join('.');
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}
