/** Where a key ring gets its JWK Set from. */
export interface KeySource {
  /** Fetches the whole set once. Rejects when the source cannot be reached. */
  load(): Promise<unknown>;
  /**
   * Follows changes, if the source can: calls `onChange` with each new set, until `signal` aborts.
   * Resolves when following has begun.
   */
  follow?(onChange: (set: unknown) => void, signal: AbortSignal): Promise<void>;
  /** Milliseconds after which to load again when the source cannot be followed. */
  readonly reloadAfter?: number;
}
