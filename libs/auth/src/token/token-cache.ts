import { hash } from 'node:crypto';

import type { VerificationKey } from '../keys/verification-key.js';
import type { Principal } from '../principal.js';

export interface VerifiedToken {
  readonly principal: Principal;
  readonly key: VerificationKey;
  /** Milliseconds since 1970. */
  readonly verifiedAt: number;
}

/**
 * Tokens whose signature and claims were found good, by the SHA-256 of their text. The least recently used leave first.
 *
 * What can change while a token lives (its dates, its key, revocations) is not decided here but on every look-up, by the
 * verifier. A token's text is not kept: whoever reads this memory finds nothing to present elsewhere.
 */
export class TokenCache {
  private readonly verified = new Map<string, VerifiedToken>();

  /** @param capacity - number of tokens */
  constructor(private readonly capacity: number) {}

  find(token: string): VerifiedToken | undefined {
    const digest = digestOf(token);
    const found = this.verified.get(digest);
    if (found) {
      // A Map keeps the order of insertion: to insert again is to make this the last to leave.
      this.verified.delete(digest);
      this.verified.set(digest, found);
    }
    return found;
  }

  remember(token: string, verified: VerifiedToken): void {
    this.verified.set(digestOf(token), verified);
    if (this.verified.size <= this.capacity) return;
    const [oldest] = this.verified.keys();
    if (oldest !== undefined) this.verified.delete(oldest);
  }
}

const digestOf = (token: string) => hash('sha256', token, 'base64');
