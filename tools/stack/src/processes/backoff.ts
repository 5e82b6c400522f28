const FIRST_MS = 500;
const LONGEST_MS = 30_000;
/** A process that ran this long had no fault that starting again repeats. */
const RAN_WELL_MS = 60_000;

/** How long to wait before a process that ended by itself is started again: 0.5 s, doubled each time, at most 30 s. */
export class Backoff {
  private failures = 0;

  /** @param ranMs - how long the process ran this time */
  next(ranMs: number): number {
    if (ranMs >= RAN_WELL_MS) this.failures = 0;
    const delay = Math.min(FIRST_MS * 2 ** this.failures, LONGEST_MS);
    this.failures += 1;
    return delay;
  }
}
