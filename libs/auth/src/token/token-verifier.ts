import { problem } from '@citadel/protocol';
import jsonwebtoken from 'jsonwebtoken';

import type { ResolvedIssuer } from '../issuers/resolve-issuers.js';
import type { KeyRing } from '../keys/key-ring.js';
import { MAXIMUM_KID_LENGTH, type VerificationKey } from '../keys/verification-key.js';
import type { Principal } from '../principal.js';
import type { RevocationList } from '../revocation/revocation-list.js';
import { principalFrom } from './claims.js';
import { TokenCache } from './token-cache.js';
import { verifyOptions } from './verify-options.js';
import { readTokenHeader, TokenRefusal } from './token-text.js';

/**
 * Decides about access tokens of one issuer, in addition to what passport-jwt checks (signature, `iss`, `aud`, `exp`, `nbf`): the token's
 * spelling, which key may have signed it, its claims, and whether it has been revoked since.
 */
export class TokenVerifier {
  private readonly cache: TokenCache;

  constructor(
    private readonly options: ResolvedIssuer,
    private readonly keys: KeyRing,
    private readonly revocations: RevocationList,
    private readonly now: () => Date = () => new Date(),
  ) {
    this.cache = new TokenCache(options.rememberedTokens);
  }

  /**
   * The principal of a token that was verified before, if it is still good.
   *
   * @throws Problem `service-unavailable` while keys or revocations are not known well enough to decide anything
   */
  recall(token: string): Principal | undefined {
    this.requireReadiness();
    if (token.length > this.options.format.maximumLength) return undefined;
    const verified = this.cache.find(token);
    if (!verified) return undefined;
    const { principal, key, verifiedAt } = verified;
    const current = this.keys.find(key.kid);
    const now = this.now().getTime();
    const isCurrent =
      current !== undefined &&
      // Each set is imported anew. The same RSA key may be for another algorithm now.
      (current === key || (current.alg === key.alg && current.key.equals(key.key))) &&
      // A clock that was set back may be before `nbf` and `iat`, which are not looked at here.
      now >= verifiedAt &&
      now < principal.expiresAt.getTime() + this.options.clockTolerance * 1000;
    if (!isCurrent || this.revocations.isRevoked(principal)) return undefined;
    return principal;
  }

  /**
   * The one key that may have signed this token: named by `kid`, and of the algorithm that the token claims.
   *
   * @throws TokenRefusal
   */
  async keyFor(token: string): Promise<VerificationKey> {
    const { alg, kid, signatureLength } = readTokenHeader(token, this.options.format);
    if (kid.length > MAXIMUM_KID_LENGTH) throw new TokenRefusal('no key of ours has such an id');
    const key = await this.keys.resolve(kid);
    if (!key) throw new TokenRefusal('signed with an unknown key');
    // The algorithm is the key's; the token only gets to agree (RFC 8725 §3.1).
    if (key.alg !== alg || !this.options.algorithms.includes(key.alg)) {
      throw new TokenRefusal('signed with another algorithm than its key is for');
    }
    // jsonwebtoken calls a signature that was cut short a fault of its caller, and would have us answer 500.
    if (signatureLength !== signatureBytes(key)) throw new TokenRefusal('its signature is cut short or too long');
    return key;
  }

  /**
   * The principal of a token whose signature, issuer, audience and dates have just been found good.
   *
   * @throws TokenRefusal if its claims are unusable or it has been revoked
   */
  accept(token: string, key: VerificationKey, payload: unknown): Principal {
    const now = this.now();
    const principal = principalFrom(payload, this.options, now, token);
    if (this.revocations.isRevoked(principal)) throw new TokenRefusal('revoked');
    this.cache.remember(token, { principal, key, verifiedAt: now.getTime() });
    return principal;
  }

  /**
   * The principal of an access token, or `undefined` if it is not good: for code that is handed a token as data, as
   * introspection is. Handlers are guarded by the strategy, which checks the same.
   *
   * @throws Problem `service-unavailable` while nothing can be verified
   */
  async verify(token: string): Promise<Principal | undefined> {
    const known = this.recall(token);
    if (known) return known;
    try {
      const key = await this.keyFor(token);
      return this.accept(token, key, jsonwebtoken.verify(token, key.key, verifyOptions(this.options)));
    } catch (error) {
      if (error instanceof TokenRefusal || error instanceof jsonwebtoken.JsonWebTokenError) return undefined;
      throw error;
    }
  }

  /** Without keys nobody can be recognised, and without revocations nobody can be trusted: that is no 401. */
  private requireReadiness(): void {
    if (this.keys.isReady && this.revocations.isReady) return;
    throw problem('service-unavailable', { detail: 'Tokens cannot be verified at the moment', retryAfter: 1 });
  }
}

/** RFC 7518 §3.3 to §3.5: two numbers of the curve's size, or one of the modulus's. */
function signatureBytes({ alg, key }: VerificationKey): number {
  return alg === 'ES256' ? 64 : Math.ceil((key.asymmetricKeyDetails?.modulusLength ?? 0) / 8);
}
