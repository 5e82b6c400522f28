import type { Deadline } from './deadline.js';

const TURN_AFTER_MS = 10_000;

/** Clocks that nobody sets run apart by less than 30 ms in this time. */
const FORGET_AFTER_MS = 300_000;

const MOST_SENDERS = 1_000;

/**
 * How long messages have been on their way, without two clocks that agree.
 *
 * The sender's clock and ours begin anywhere, and what lies between them stays the same. So the message that seemed the fastest
 * of its sender shows this difference, and what another one took beyond that is what it has waited: in NATS, in a socket, or
 * because this process stood still. Time of day would be simpler, and a service whose clock is ahead would refuse everybody.
 *
 * Each sender is compared with itself, so that nobody can make a message of another seem late. The first message of a sender
 * seems to have come at once.
 */
export class TransitTimes {
  private recent = new Map<string, number>();
  private older = new Map<string, number>();
  private turnedAt = -Infinity;

  constructor(private readonly now = () => performance.now()) {}

  /** Milliseconds that the sender still waits for an answer; negative if it has stopped. */
  timeLeft(sender: string, { sentAt, patience }: Deadline): number {
    this.turn();
    const difference = this.now() - sentAt;
    const recent = Math.min(difference, this.recent.get(sender) ?? Infinity);
    if (this.recent.size < MOST_SENDERS || this.recent.has(sender)) this.recent.set(sender, recent);
    return patience - (difference - Math.min(recent, this.older.get(sender) ?? Infinity));
  }

  /** A sender whose machine was suspended seems slow from then on: what was before is forgotten in twice the time. */
  private turn(): void {
    const since = this.now() - this.turnedAt;
    if (since < TURN_AFTER_MS) return;
    this.older = since < FORGET_AFTER_MS ? this.recent : new Map<string, number>();
    this.recent = new Map();
    this.turnedAt = this.now();
  }
}
