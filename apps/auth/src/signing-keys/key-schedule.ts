/** When a key may sign, and until when it is published. */
export interface KeyDates {
  readonly signsFrom: Date;
  readonly signsUntil: Date;
  readonly goneAt: Date;
}

export interface KeySchedule {
  /** Milliseconds for which a key signs. */
  readonly period: number;
  /** Milliseconds before its first signature in which a key is published already. */
  readonly publishAhead: number;
  /** The same for a key that is ordered ahead of its time. */
  readonly lead: number;
  /** Milliseconds after its last signature until no token of it can be good any more. */
  readonly keep: number;
}

export type KeyState = 'upcoming' | 'signing' | 'retired' | 'gone';

/** The state that a key is in at a moment: nobody has to switch it, so nobody can forget to. */
export function stateOf({ signsFrom, signsUntil, goneAt }: KeyDates, now: Date): KeyState {
  if (now >= goneAt) return 'gone';
  if (now >= signsUntil) return 'retired';
  return now >= signsFrom ? 'signing' : 'upcoming';
}

/**
 * The dates of the key that has to be made now, if one has to be: at once when nothing signs, and ahead of time when the
 * key that signs is about to retire and has no successor.
 */
export function dueKey(keys: readonly KeyDates[], now: Date, schedule: KeySchedule): KeyDates | undefined {
  const current = keys.filter((key) => ['signing', 'upcoming'].includes(stateOf(key, now)));
  const last = Math.max(...current.map(({ signsUntil }) => signsUntil.getTime()));
  if (!current.some((key) => stateOf(key, now) === 'signing')) {
    // Where the next one waits already, this one only fills the gap.
    const next = Math.min(...current.map(({ signsFrom }) => signsFrom.getTime()));
    return datesFrom(now.getTime(), schedule, next);
  }
  return last - now.getTime() <= schedule.publishAhead ? datesFrom(last, schedule) : undefined;
}

/**
 * Milliseconds until a rotation may be ordered; 0 if it may be now. Not while the last one is under way, and not while so
 * many keys are published that readers might not take one more.
 *
 * @param keys - those that are not gone
 */
export function rotationDelay(keys: readonly KeyDates[], now: Date, { lead }: KeySchedule, maximum: number): number {
  const untilNext = keys.map(({ signsFrom }) => signsFrom.getTime() - now.getTime()).filter((time) => time > 0);
  const pending = untilNext.filter((time) => time <= lead);
  if (pending.length > 0) return Math.max(...pending);
  if (keys.length < maximum) return 0;
  return Math.min(...keys.map(({ goneAt }) => goneAt.getTime())) - now.getTime();
}

/** The dates of a key that an administrator orders. */
export const rotatedKey = (now: Date, schedule: KeySchedule): KeyDates =>
  datesFrom(now.getTime() + schedule.lead, schedule);

function datesFrom(start: number, { period, keep }: KeySchedule, latest = Infinity): KeyDates {
  const end = Math.min(start + period, latest);
  return { signsFrom: new Date(start), signsUntil: new Date(end), goneAt: new Date(end + keep) };
}
