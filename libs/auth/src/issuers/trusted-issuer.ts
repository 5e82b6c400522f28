import type { CanActivate } from '@nestjs/common';

import { KeyRing } from '../keys/key-ring.js';
import { RevocationList } from '../revocation/revocation-list.js';
import { createPassportGuard } from '../token/passport.guard.js';
import { TokenVerifier } from '../token/token-verifier.js';
import type { ResolvedIssuer } from './resolve-issuers.js';

/** One issuer at work: its keys and its revocations, and what verifies its tokens with them and with nothing else. */
export class TrustedIssuer {
  /** As `iss` names it. */
  readonly name: string;
  readonly keys: KeyRing;
  readonly revocations: RevocationList;
  readonly verifier: TokenVerifier;
  /** Verifies the token of a call that has one, on any transport. */
  readonly guard: CanActivate;

  constructor(options: ResolvedIssuer) {
    const { keys, algorithms, maximumKeyAge, revocations, maximumLifetime, clockTolerance, maximumRevocationAge } =
      options;
    this.name = options.issuer;
    this.keys = new KeyRing(keys, { maximumAge: maximumKeyAge, algorithms });
    // Twice the tolerance: the issuer's clock and this one's may each be off by it, in opposite directions.
    const retention = maximumLifetime + 2 * clockTolerance;
    this.revocations = new RevocationList(revocations, { retention, maximumAge: maximumRevocationAge });
    this.verifier = new TokenVerifier(options, this.keys, this.revocations);
    this.guard = createPassportGuard(options, this.verifier);
  }

  /** Loading goes on in the background: a service that waits for its issuer can say so, and starts when it comes. */
  start(): void {
    void this.keys.start();
    void this.revocations.start();
  }

  stop(): void {
    this.keys.stop();
    this.revocations.stop();
  }
}
