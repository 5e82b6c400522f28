import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common';

const factory = new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs });

export interface Estimation {
  readonly password: string;
  /** What the user is known by, in lower case: easy to guess for acquaintances. */
  readonly ownWords: readonly string[];
}

/** What the worker thread of {@link PasswordPolicy} does. @returns zxcvbn's score: 0 is the easiest to guess, 4 the hardest */
export default function estimate({ password, ownWords }: Estimation): number {
  return factory.check(password, [...ownWords]).score;
}
