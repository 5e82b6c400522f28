import { problem } from '@citadel/contracts';
import { Injectable } from '@nestjs/common';
import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common';

import { isPredictable } from './predictable.js';

const SHORTEST = 12;
const LONGEST = 128;
/** zxcvbn's scale: 0 and 1 fall to fewer than a million guesses. */
const LOWEST_SCORE = 2;
/**
 * Estimating holds up the whole process, for 40 ms at this length and four times that at twice the length; what comes
 * after cannot make the beginning easier to guess.
 */
const ESTIMATED_CHARACTERS = 32;

/**
 * Which passwords may be chosen: 12 to 128 characters, any characters, not easy to guess. No rule about kinds of
 * characters, which only make people write `Password1!` (NIST SP 800-63B §3.1.1.2, ASVS 6.2).
 */
@Injectable()
export class PasswordPolicy {
  private readonly estimator = new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs });

  /** @throws Problem `weak-password` that says what is wrong */
  check(password: string, email: string): void {
    // Characters as people count them: code points, not UTF-16 code units.
    const length = [...password].length;
    if (length < SHORTEST) throw problem('weak-password', { detail: `Use at least ${String(SHORTEST)} characters` });
    if (length > LONGEST) throw problem('weak-password', { detail: `Use at most ${String(LONGEST)} characters` });
    const ownWords = [email, ...email.split('@'), ...email.split(/[@.+_-]/)].filter((word) => word.length > 2);
    // Cheap, so it comes first: the estimation is what costs.
    const isWeak =
      isPredictable(password, ownWords) ||
      this.estimator.check(password.slice(0, ESTIMATED_CHARACTERS), ownWords).score < LOWEST_SCORE;
    if (!isWeak) return;
    throw problem('weak-password', {
      detail: 'This password is common, predictable, or close to your e-mail; choose another',
    });
  }
}
