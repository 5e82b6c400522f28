import { readClaimedIssuer, TokenRefusal } from '../token/token-text.js';
import type { Principal } from '../principal.js';
import type { ResolvedIssuer } from './resolve-issuers.js';
import { TrustedIssuer } from './trusted-issuer.js';

/**
 * All issuers whose tokens a service accepts.
 *
 * What a token claims as its `iss` only chooses which of them must have signed it. From there on everything is that
 * issuer's own: keys, algorithms, audiences, revocations and the memory of verified tokens.
 */
export class TrustedIssuers {
  readonly all: readonly TrustedIssuer[];
  private readonly byName: ReadonlyMap<unknown, TrustedIssuer>;
  private readonly longestToken: number;

  constructor(issuers: readonly ResolvedIssuer[]) {
    this.all = issuers.map((issuer) => new TrustedIssuer(issuer));
    this.byName = new Map(this.all.map((issuer) => [issuer.name, issuer]));
    this.longestToken = Math.max(...issuers.map(({ format }) => format.maximumLength));
  }

  /** The first: the only one of a service that names one. */
  get first(): TrustedIssuer {
    const [first] = this.all;
    if (!first) throw new Error('A service without an issuer has not been started');
    return first;
  }

  /** @throws TokenRefusal if no issuer of ours has the name that the token claims */
  issuerOf(token: string): TrustedIssuer {
    if (this.all.length === 1) return this.first;
    const issuer = this.byName.get(readClaimedIssuer(token, this.longestToken));
    if (!issuer) throw new TokenRefusal('its issuer is none of those that are trusted');
    return issuer;
  }

  /**
   * The principal of an access token of any of them, or `undefined` if it is not good.
   *
   * @throws Problem `service-unavailable` while tokens of its issuer cannot be verified
   */
  async verify(token: string): Promise<Principal | undefined> {
    try {
      return await this.issuerOf(token).verifier.verify(token);
    } catch (error) {
      if (error instanceof TokenRefusal) return undefined;
      throw error;
    }
  }

  start(): void {
    this.all.forEach((issuer) => issuer.start());
  }

  stop(): void {
    this.all.forEach((issuer) => issuer.stop());
  }
}
