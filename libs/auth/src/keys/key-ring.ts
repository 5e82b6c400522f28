import { Logger } from '@nestjs/common';

import { persist } from '../retry.js';
import type { KeySource } from './key-source.js';
import { importKeys, type VerificationKey } from './verification-key.js';

/**
 * The public keys that this service believes, kept in memory.
 *
 * A set that cannot be imported is refused and the last good one stays. An unknown `kid` causes one refresh, at most one
 * in `refreshInterval` whatever the number of such tokens, so forged key ids cost the source nothing.
 */
export class KeyRing {
  private readonly logger = new Logger(KeyRing.name);
  private readonly stopped = new AbortController();
  private keys: ReadonlyMap<string, VerificationKey> | undefined;
  private refreshing: Promise<void> | undefined;
  private refreshedAt = -Infinity;

  /** @param refreshInterval - milliseconds between two refreshes that unknown key ids cause */
  constructor(
    private readonly source: KeySource,
    private readonly refreshInterval = 5_000,
  ) {}

  /** Whether a set has been loaded. Until then nothing can be verified. */
  get isReady(): boolean {
    return this.keys !== undefined;
  }

  /** Loads the source and follows it, trying again until both succeed or {@link stop} is called. */
  async start(): Promise<void> {
    const report = (error: unknown, delay: number) =>
      this.logger.warn(`Keys cannot be loaded yet, trying again in ${String(delay)} ms: ${String(error)}`);
    await persist(() => this.begin(), report, this.stopped.signal);
    if (this.source.reloadAfter) this.reloadEvery(this.source.reloadAfter);
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
    if (this.refreshing || performance.now() - this.refreshedAt >= this.refreshInterval) await this.tryRefresh();
    return this.find(kid);
  }

  /** One attempt. What it follows ends with it when it fails: each attempt would leave a follower behind. */
  private async begin(): Promise<void> {
    const attempt = new AbortController();
    try {
      const signal = AbortSignal.any([this.stopped.signal, attempt.signal]);
      await this.source.follow?.((set) => this.replace(set), signal);
      await this.refresh();
      if (!this.isReady) throw new Error('the source holds no key set that can be believed');
    } catch (error) {
      attempt.abort();
      throw error;
    }
  }

  private async tryRefresh(): Promise<void> {
    await this.refresh().catch((error: unknown) => {
      this.logger.warn(`Keys cannot be refreshed, the last good set stays: ${String(error)}`);
    });
  }

  private refresh(): Promise<void> {
    if (this.refreshing) return this.refreshing;
    this.refreshedAt = performance.now();
    this.refreshing = this.source
      .load()
      .then((set) => this.replace(set))
      .finally(() => (this.refreshing = undefined));
    return this.refreshing;
  }

  private replace(set: unknown): void {
    try {
      this.keys = importKeys(set);
    } catch (error) {
      this.logger.error(`A key set was refused, the last good one stays: ${String(error)}`);
    }
  }

  private reloadEvery(period: number): void {
    const timer = setInterval(() => void this.tryRefresh(), period);
    timer.unref();
    this.stopped.signal.addEventListener('abort', () => clearInterval(timer));
  }
}
