import { Logger } from '@nestjs/common';

import type { Principal } from '../principal.js';
import { pause, persist } from '../retry.js';
import type { Revocation, RevocationSource } from './revocation-source.js';

const CHECK_EVERY_MS = 1_000;
const FOLLOW_AGAIN_AFTER_MS = 5_000;
const REPORT_EVERY_MS = 2_000;

export interface RevocationListOptions {
  /** Seconds for which an entry is kept at least: the longest life of a token, and the clocks' tolerance. */
  readonly retention: number;
  /** Seconds without proof of being up to date after which no token is trusted any more. */
  readonly maximumAge: number;
}

/**
 * Every revocation that can still matter, in memory, so that asking costs a few map look-ups and no network.
 *
 * Entries are kept in two generations that swap once in `retention` seconds, so each stays for at least that long and
 * memory is bounded without a sweep over all of them.
 */
export class RevocationList {
  private readonly logger = new Logger(RevocationList.name);
  private readonly stopped = new AbortController();
  private recent = new Entries();
  private older = new Entries();
  private confirmedAt: number | undefined;
  /** Entries that have come, ever. */
  private received = 0;

  constructor(
    private readonly source: RevocationSource | undefined,
    private readonly options: RevocationListOptions,
  ) {}

  /** Whether the list has been loaded and its age is within bounds. Without a source there is nothing to wait for. */
  get isReady(): boolean {
    return !this.source || this.age <= this.options.maximumAge;
  }

  /** Seconds since this list was last known to hold everything that the source holds; infinite before that. */
  get age(): number {
    return this.confirmedAt === undefined ? Infinity : (performance.now() - this.confirmedAt) / 1000;
  }

  get size(): number {
    return this.recent.size + this.older.size;
  }

  /** Whether a token must be refused, although its signature and its dates are good. */
  isRevoked(principal: Principal): boolean {
    return this.recent.has(principal) || this.older.has(principal);
  }

  async start(): Promise<void> {
    const { source } = this;
    if (!source) return;
    const rotation = setInterval(() => this.rotate(), this.options.retention * 1000);
    rotation.unref();
    this.stopped.signal.addEventListener('abort', () => clearInterval(rotation));
    while (!this.stopped.signal.aborted) await this.followUntilLost(source);
  }

  stop(): void {
    this.stopped.abort();
  }

  /** Records a revocation. */
  add(revocation: Revocation): void {
    this.received += 1;
    this.recent.add(revocation);
  }

  /**
   * Follows the source for as long as it proves, every second, that nothing has been missed. While entries come, it goes
   * on, however long that takes: beginning again would load them all once more, and never end where there are many.
   */
  private async followUntilLost(source: RevocationSource): Promise<void> {
    const following = new AbortController();
    const stop = () => following.abort();
    this.stopped.signal.addEventListener('abort', stop);
    await persist(
      () => source.follow((revocation) => this.add(revocation), following.signal),
      (error, delay) =>
        this.logger.warn(`Revocations cannot be followed, trying again in ${String(delay)} ms: ${String(error)}`),
      this.stopped.signal,
    );
    let [lastGood, received, reportedAt] = [performance.now(), this.received, performance.now()];
    while (!this.stopped.signal.aborted && performance.now() - lastGood < FOLLOW_AGAIN_AFTER_MS) {
      const askedAt = performance.now();
      const progress = await source.progress().catch(() => 'unknown');
      if (progress === 'caught-up') lastGood = this.confirmedAt = askedAt;
      else if (this.received > received) lastGood = performance.now();
      received = this.received;
      if (progress !== 'caught-up' && performance.now() - reportedAt > REPORT_EVERY_MS) {
        this.logger.log(`Loading revocations: ${this.size} so far`);
        reportedAt = performance.now();
      }
      const isFirstLoad = this.confirmedAt === undefined && progress !== 'lost';
      await pause(isFirstLoad ? 20 : CHECK_EVERY_MS, this.stopped.signal);
      // After the pause: a source that stays lost must not be followed again without end.
      if (progress === 'lost') break;
    }
    if (!this.stopped.signal.aborted) this.logger.warn('The revocation feed has stalled; following it again');
    this.stopped.signal.removeEventListener('abort', stop);
    stop();
  }

  private rotate(): void {
    this.older = this.recent;
    this.recent = new Entries();
  }
}

class Entries {
  private readonly tokens = new Set<string>();
  private readonly sessions = new Set<string>();
  private readonly subjects = new Map<string, number>();
  private everybody = 0;

  get size(): number {
    return this.tokens.size + this.sessions.size + this.subjects.size + (this.everybody > 0 ? 1 : 0);
  }

  add(revocation: Revocation): void {
    switch (revocation.kind) {
      case 'token':
        this.tokens.add(flat(revocation.id));
        return;
      case 'session':
        this.sessions.add(flat(revocation.id));
        return;
      case 'subject': {
        const id = flat(revocation.id);
        // The feed may deliver an older entry again after a newer one: what counts is the highest.
        this.subjects.set(id, Math.max(revocation.generation, this.subjects.get(id) ?? 0));
        return;
      }
      case 'everybody':
        this.everybody = Math.max(this.everybody, revocation.generation);
    }
  }

  has({ id, tokenId, sessionId, generation }: Principal): boolean {
    return (
      generation.all < this.everybody ||
      generation.subject < (this.subjects.get(id) ?? 0) ||
      this.tokens.has(tokenId) ||
      (sessionId !== undefined && this.sessions.has(sessionId))
    );
  }
}

/** A copy in one piece: a string cut from a larger one keeps all of it in memory (509 MB instead of 85 for a million). */
const flat = (id: string) => Buffer.from(id).toString();
