import type { ProblemCode } from '@citadel/contracts';

/** One decision to refuse somebody: what the log and the audit trail keep, under the id that the caller was given. */
export interface Refusal {
  /** UUID; the caller finds it in the problem and in `WWW-Authenticate`. */
  readonly decision: string;
  readonly code: ProblemCode;
  /** The audience of the service that refused. */
  readonly service: string;
  /** What was called: `subject treasury.openAccount` or `HTTP POST /v1/...`. */
  readonly entrance: string;
  /** What was asked for, or what is wrong with the token. Never the token. */
  readonly rule: string;
  /** What the caller's token had to show for it. */
  readonly claims: Readonly<Record<string, unknown>>;
  readonly subject: string | undefined;
  readonly sessionId: string | undefined;
}

/**
 * Told of every refusal. It must not throw, and must not take long: the caller waits. Who keeps a refusal together with
 * others returns the id under which they are kept, and the caller is given that one.
 */
// A listener that keeps each refusal by itself returns nothing.
// eslint-disable-next-line @typescript-eslint/no-invalid-void-type
export type RefusalListener = (refusal: Refusal) => string | undefined | void;
