import type { Try } from './attack.js';

/** What a service or the gateway answered, whichever way it was asked. */
export interface Answer {
  /** HTTP status, or the one that the problem over NATS would have; 200 for an answer over NATS that is no problem. */
  readonly status: number;
  /** The problem's code; empty where there is none. */
  readonly code: string;
  readonly body: unknown;
}

export const isSuccess = ({ status }: Answer): boolean => status >= 200 && status < 300;

/** Held if the answer is one of these codes: anything else, an error on our side too, is no refusal. */
export const refusedAs =
  (...codes: readonly string[]) =>
  (at: string, answer: Answer): Try => ({ at, answer: describe(answer), held: codes.includes(answer.code) });

/** Held if what was wanted is not in the answer, whatever else it is: but it must be an answer, not a breakdown. */
export const withoutYield = (at: string, answer: Answer, hasYielded: boolean): Try => ({
  at,
  answer: describe(answer),
  held: !hasYielded && answer.status < 500,
});

export const describe = ({ status, code }: Answer): string => `${String(status)} ${code}`.trim();
