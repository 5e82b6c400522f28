import { availableParallelism } from 'node:os';
import { problem } from '@citadel/contracts';
import { hash, type Options, verify } from '@node-rs/argon2';
import { Injectable } from '@nestjs/common';

/** The library's number for Argon2id; its enum is `const` and cannot be imported under `isolatedModules`. */
const ARGON2ID = 2;

/** OWASP Password Storage Cheat Sheet: Argon2id, 19 MiB, two passes, one lane. */
const PARAMETERS: Options = { algorithm: ARGON2ID, memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const PREFIX = '$argon2id$v=19$m=19456,t=2,p=1$';

const LONGEST_QUEUE = 64;

/**
 * Hashes passwords, as many at a time as there are cores. More would not be faster, would hold 19 MiB each, and would
 * keep libuv's threads from everything else; those that wait are bounded too, so a flood of logins costs a 503 and not
 * the service.
 */
@Injectable()
export class PasswordHasher {
  private readonly waiting: (() => void)[] = [];
  private free = availableParallelism();
  private decoy: Promise<string> | undefined;

  hash(password: string): Promise<string> {
    return this.inTurn(() => hash(password, PARAMETERS));
  }

  /**
   * Compares a password with a hash. Without a hash, because there is no such user, it does the same work and says no:
   * the time of the answer must not tell who is registered.
   */
  async matches(password: string, passwordHash: string | undefined): Promise<boolean> {
    this.decoy ??= this.hash('no user has this password').catch((error: unknown) => {
      // There was no room; kept, this failure would answer for everybody who is not registered from now on.
      this.decoy = undefined;
      throw error;
    });
    const compared = passwordHash ?? (await this.decoy);
    const isEqual = await this.inTurn(() => verify(compared, password));
    return isEqual && passwordHash !== undefined;
  }

  /** Whether a hash was made with other parameters than today's, and should be made again at the next login. */
  isOutdated(passwordHash: string): boolean {
    return !passwordHash.startsWith(PREFIX);
  }

  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free -= 1;
    else {
      if (this.waiting.length >= LONGEST_QUEUE) {
        throw problem('service-unavailable', { detail: 'Too many logins at once', retryAfter: 2 });
      }
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    try {
      return await work();
    } finally {
      // The turn goes to whoever waited longest; only when nobody does is it free again.
      const next = this.waiting.shift();
      if (next) next();
      else this.free += 1;
    }
  }
}
