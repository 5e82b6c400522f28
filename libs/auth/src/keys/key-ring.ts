import { Logger } from '@nestjs/common';

import { persist } from '../retry.js';
import type { KeySource } from './key-source.js';
import { type Algorithm, importKeys, keysLeftBy, type VerificationKey } from './verification-key.js';

/** Seconds: three loads of a source that does not say how often it wants to be asked. */
export const MAXIMUM_KEY_AGE = 900;

/** Milliseconds between two loads of a source that does not say otherwise. */
const RELOAD_AFTER_MS = 300_000;

export interface KeyRingOptions {
  /** Seconds without a good set after which no token is accepted any more; {@link MAXIMUM_KEY_AGE} if left out. */
  readonly maximumAge?: number;
  /** For keys that do not name theirs. */
  readonly algorithms?: readonly Algorithm[];
  /** Milliseconds between two refreshes that unknown key ids cause; 5,000 if left out. */
  readonly refreshInterval?: number;
}

/**
 * The public keys that this service accepts, kept in memory.
 *
 * A set that cannot be imported adds nothing; keys that it no longer holds are dropped all the same, and what stays is
 * used until `maximumAge`. An unknown `kid` causes one refresh, at most one in `refreshInterval` whatever the number of
 * such tokens, so forged key ids cost the source nothing.
 */
export class KeyRing {
  private readonly logger = new Logger(KeyRing.name);
  private readonly stopped = new AbortController();
  private keys: ReadonlyMap<string, VerificationKey> | undefined;
  private refreshing: Promise<void> | undefined;
  private refreshedAt = -Infinity;
  private confirmedAt = -Infinity;

  constructor(
    private readonly source: KeySource,
    private readonly options: KeyRingOptions = {},
  ) {}

  /** Whether a set has been loaded and its age is within bounds. Otherwise nothing can be verified. */
  get isReady(): boolean {
    return this.age <= (this.options.maximumAge ?? MAXIMUM_KEY_AGE);
  }

  /** Seconds since the source was asked for the last set that was good; infinite before that. */
  get age(): number {
    return (performance.now() - this.confirmedAt) / 1000;
  }

  /** Loads the source and follows it, trying again until both succeed or {@link stop} is called. */
  async start(): Promise<void> {
    const report = (error: unknown, delay: number) =>
      this.logger.warn(`Keys cannot be loaded yet, trying again in ${String(delay)} ms: ${String(error)}`);
    await persist(() => this.begin(), report, this.stopped.signal);
    this.reloadEvery(this.source.reloadAfter ?? RELOAD_AFTER_MS);
  }

  stop(): void {
    this.stopped.abort();
  }

  /** The key of that id, from memory. */
  find(kid: string): VerificationKey | undefined {
    return this.keys?.get(kid);
  }

  /** The key of that id, asking the source once if it is unknown. */
  async resolve(kid: string): Promise<VerificationKey | undefined> {
    const known = this.find(kid);
    if (known) return known;
    const { refreshInterval = 5_000 } = this.options;
    if (this.refreshing || performance.now() - this.refreshedAt >= refreshInterval) await this.tryRefresh();
    return this.find(kid);
  }

  /** One attempt. What it follows ends with it when it fails: each attempt would leave a follower behind. */
  private async begin(): Promise<void> {
    const attempt = new AbortController();
    try {
      const signal = AbortSignal.any([this.stopped.signal, attempt.signal]);
      await this.source.follow?.((set) => this.replace(set), signal);
      await this.refresh();
      if (!this.isReady) throw new Error('the source holds no key set that can be used');
    } catch (error) {
      attempt.abort();
      throw error;
    }
  }

  private async tryRefresh(): Promise<void> {
    await this.refresh().catch((error: unknown) => {
      this.logger.warn(`Keys cannot be refreshed; keeping the last good set: ${String(error)}`);
    });
  }

  private refresh(): Promise<void> {
    if (this.refreshing) return this.refreshing;
    const askedAt = (this.refreshedAt = performance.now());
    this.refreshing = this.source
      .load()
      .then((set) => this.replace(set, askedAt))
      .finally(() => (this.refreshing = undefined));
    return this.refreshing;
  }

  private replace(set: unknown, askedAt = performance.now()): void {
    try {
      this.keys = importKeys(set, this.options.algorithms);
      this.confirmedAt = Math.max(this.confirmedAt, askedAt);
    } catch (error) {
      this.keys &&= keysLeftBy(set, this.keys);
      this.logger.error(
        `A key set was rejected; of the keys in use, only those that it contains stay: ${String(error)}`,
      );
    }
  }

  private reloadEvery(period: number): void {
    const timer = setInterval(() => void this.tryRefresh(), period);
    timer.unref();
    this.stopped.signal.addEventListener('abort', () => clearInterval(timer));
  }
}
