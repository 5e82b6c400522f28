/** One decision to refuse somebody: what the log and the audit trail keep, under the id that the caller was given. */
export interface Refusal {
  /** UUID; the caller finds it in the problem and in `WWW-Authenticate`. */
  readonly decision: string;
  /** The problem's. */
  readonly code: string;
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

/** What a listener returns that keeps a refusal together with others: the id under which all of them are kept. */
export interface SharedDecision {
  readonly keptAs: string;
}

/**
 * Told of every refusal. It must not throw, and must not take long: the caller waits. Where it returns a
 * {@link SharedDecision}, the caller is given that id; anything else means nothing.
 */
export type RefusalListener = (refusal: Refusal) => unknown;
