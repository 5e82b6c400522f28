export interface BucketLimit {
  /** So many at once, after a pause. */
  readonly burst: number;
  /** So many in each second, for as long as one likes. */
  readonly perSecond: number;
  /** So many keys are remembered; the one that was used longest ago is forgotten first. */
  readonly keys: number;
}

interface Bucket {
  readonly tokens: number;
  /** Seconds, of a clock that never goes back. */
  readonly filledAt: number;
}

/** A token bucket for each key. Its memory is bounded, whoever chooses the keys. */
export class TokenBuckets {
  private readonly buckets = new Map<string, Bucket>();

  constructor(private readonly limit: BucketLimit) {}

  /** @returns whether there was a token left for this key */
  take(key: string): boolean {
    const { burst, perSecond, keys } = this.limit;
    const now = performance.now() / 1000;
    const { tokens, filledAt } = this.buckets.get(key) ?? { tokens: burst, filledAt: now };
    const filled = Math.min(burst, tokens + (now - filledAt) * perSecond);
    const isLeft = filled >= 1;
    // Taken out first: a Map keeps the order in which keys were added, so the first is the one used longest ago.
    this.buckets.delete(key);
    this.buckets.set(key, { tokens: isLeft ? filled - 1 : filled, filledAt: now });
    const [oldest] = this.buckets.keys();
    if (this.buckets.size > keys && oldest !== undefined) this.buckets.delete(oldest);
    return isLeft;
  }
}
