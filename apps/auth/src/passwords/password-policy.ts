import { problem } from '@citadel/contracts';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Piscina } from 'piscina';

import type { Estimation } from './estimator.js';
import { isPredictable } from './predictable.js';

const SHORTEST = 12;
const LONGEST = 128;
/** zxcvbn's scale: 0 and 1 fall to fewer than a million guesses. */
const LOWEST_SCORE = 2;
/**
 * Estimating takes 40 ms at this length and four times that at twice the length; what comes after cannot make the
 * beginning easier to guess.
 */
const ESTIMATED_CHARACTERS = 32;
const LONGEST_QUEUE = 64;

/**
 * Which passwords may be chosen: 12 to 128 characters, any characters, not easy to guess. No rule about kinds of
 * characters, which only make people write `Password1!` (NIST SP 800-63B §3.1.1.2, ASVS 6.2).
 *
 * Estimating is done in a thread of its own: logins, refreshes and revocations must not wait for it.
 */
@Injectable()
export class PasswordPolicy implements OnApplicationShutdown {
  private estimator: Piscina<Estimation, number> | undefined;

  /**
   * @throws Problem `weak-password` that says what is wrong; `service-unavailable` if it could not be found out, because
   *   too many wait or the thread failed: a password that was not checked is not accepted
   */
  async check(password: string, email: string): Promise<void> {
    // Characters as people count them: code points, not UTF-16 code units.
    const length = [...password].length;
    if (length < SHORTEST) throw problem('weak-password', { detail: `Use at least ${String(SHORTEST)} characters` });
    if (length > LONGEST) throw problem('weak-password', { detail: `Use at most ${String(LONGEST)} characters` });
    const ownWords = [email, ...email.split('@'), ...email.split(/[@.+_-]/)].filter((word) => word.length > 2);
    // Cheap, so it comes first: the estimation is what costs.
    const isWeak = isPredictable(password, ownWords) || (await this.scoreOf(password, ownWords)) < LOWEST_SCORE;
    if (!isWeak) return;
    throw problem('weak-password', {
      detail: 'This password is common, predictable, or close to your e-mail; choose another',
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.estimator?.destroy();
  }

  private async scoreOf(password: string, ownWords: readonly string[]): Promise<number> {
    const estimation = { password: password.slice(0, ESTIMATED_CHARACTERS), ownWords };
    this.estimator ??= startEstimator();
    try {
      return await this.estimator.run(estimation);
    } catch (cause) {
      throw problem('service-unavailable', {
        detail: 'Passwords cannot be judged at the moment',
        retryAfter: 2,
        cause,
      });
    }
  }
}

/** One thread, which is replaced when it ends: what waits goes to the next. */
function startEstimator(): Piscina<Estimation, number> {
  return new Piscina({
    // Worker threads load what is built, wherever this file runs from.
    filename: new URL('../../dist/passwords/estimator.js', import.meta.url).href,
    minThreads: 1,
    maxThreads: 1,
    maxQueue: LONGEST_QUEUE,
  });
}
