import { createPublicKey, generateKeyPairSync, type JsonWebKey, randomUUID } from 'node:crypto';
import jsonwebtoken from 'jsonwebtoken';

import type { KeySource } from '../keys/key-source.js';

export interface LocalIssuerOptions {
  /** `iss`; `https://issuer.test` if left out. */
  readonly issuer?: string;
  /** A private P-256 key (PKCS #8, PEM) and its id, where tokens must pass for those of an issuer that has them. */
  readonly key?: { readonly privateKey: string; readonly kid: string };
}

/** What a test wants to differ from a good token. A claim given as `undefined` is left out. */
export type TestClaims = Readonly<Record<string, unknown>>;

/** An issuer for tests: a key pair of its own, the source that publishes it, and tokens as the real one writes them. */
export interface LocalIssuer {
  readonly issuer: string;
  readonly kid: string;
  readonly keys: KeySource;
  readonly privateKey: string;
  readonly jwk: JsonWebKey;
  /** Signs an access token that lives for 5 minutes, with `claims` over the usual ones. */
  tokenFor(audience: string | readonly string[], claims?: TestClaims, header?: TestClaims): string;
}

/**
 * @example
 * const issuer = localIssuer();
 * AuthModule.forRoot({ issuer: issuer.issuer, audience: 'orders', keys: issuer.keys });
 * request.set('authorization', `Bearer ${issuer.tokenFor('orders', { roles: ['clerk'] })}`);
 */
export function localIssuer({ issuer = 'https://issuer.test', key = newKey() }: LocalIssuerOptions = {}): LocalIssuer {
  const { privateKey, kid } = key;
  const jwk = { ...createPublicKey(privateKey).export({ format: 'jwk' }), kid, alg: 'ES256', use: 'sig' };

  return {
    issuer,
    kid,
    privateKey,
    jwk,
    keys: { load: () => Promise.resolve({ keys: [jwk] }) },
    tokenFor(audience, claims = {}, header = {}) {
      const now = Math.floor(Date.now() / 1000);
      const usual = {
        iss: issuer,
        sub: randomUUID(),
        aud: audience,
        iat: now,
        exp: now + 300,
        jti: randomUUID(),
        client_id: 'test',
        sid: randomUUID(),
        auth_time: now,
        amr: ['pwd'],
        roles: [],
        permissions: [],
        clearance: 'public',
        gen: [0, 0],
      };
      const payload = Object.fromEntries(
        Object.entries({ ...usual, ...claims }).filter(([, value]) => value !== undefined),
      );
      // jsonwebtoken checks the claims that it is asked to sign; a test must be able to write bad ones.
      return jsonwebtoken.sign(JSON.stringify(payload), privateKey, {
        algorithm: 'ES256',
        header: { alg: 'ES256', typ: 'at+jwt', kid, ...header },
      });
    },
  };
}

function newKey() {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { privateKey: String(privateKey.export({ type: 'pkcs8', format: 'pem' })), kid: randomUUID() };
}
