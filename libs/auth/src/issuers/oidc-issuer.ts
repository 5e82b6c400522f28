import { z } from 'zod';

import { fetchJson, type HttpKeySourceOptions, httpKeySource, requireSafe } from '../keys/http-key-source.js';
import type { KeySource } from '../keys/key-source.js';
import type { IssuerOptions } from './issuer-options.js';

export interface OidcIssuerOptions extends Omit<IssuerOptions, 'issuer' | 'keys'> {
  /** Where the issuer's metadata is; `<issuer>/.well-known/openid-configuration` if left out. */
  readonly metadataUrl?: string;
  /** How metadata and keys are fetched. */
  readonly http?: HttpKeySourceOptions;
}

const Metadata = z.object({ issuer: z.string(), jwks_uri: z.url() });

/**
 * An issuer that says in its metadata where its keys are (OpenID Connect Discovery 1.0 §4, RFC 8414 §3). Its tokens must be
 * as RFC 9068 has them, unless `format` and `claims` say how they differ. Keys of RSA and P-256 are used, with RS256 and
 * ES256, unless `algorithms` names others.
 *
 * The service starts while the issuer is unavailable, answers its tokens with 503 until the keys are there, and tries again.
 *
 * @param issuer - its name, as the metadata and the tokens spell it; `https:`, or `http:` on loopback
 * @throws Error if it has another scheme
 * @example
 * AuthModule.forRoot({ audience: 'orders', ...oidcIssuer('https://id.example', { claims: { permissions: namesAt('scope') } }) })
 */
export function oidcIssuer(issuer: string, options: OidcIssuerOptions = {}): IssuerOptions {
  const { metadataUrl = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, http = {}, ...rest } = options;
  requireSafe(new URL(metadataUrl));
  return { algorithms: ['RS256', 'ES256'], ...rest, issuer, keys: discoveredKeys(issuer, metadataUrl, http) };
}

/** Asks for the metadata each time, so that an issuer may move its keys. */
function discoveredKeys(issuer: string, metadataUrl: string, http: HttpKeySourceOptions): KeySource {
  return {
    reloadAfter: http.reloadAfter ?? 300_000,
    async load() {
      const { issuer: named, jwks_uri: jwksUri } = Metadata.parse(
        await fetchJson('metadata', new URL(metadataUrl), http),
      );
      // OpenID Connect Discovery §4.3: anybody else's metadata would bring anybody else's keys.
      if (named !== issuer) throw new Error(`The metadata at ${metadataUrl} is that of ${named}, not of ${issuer}`);
      return httpKeySource(jwksUri, http).load();
    },
  };
}
