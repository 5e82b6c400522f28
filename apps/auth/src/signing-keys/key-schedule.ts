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

function datesFrom(start: number, { period, keep }: KeySchedule, latest = Infinity): KeyDates {
  const end = Math.min(start + period, latest);
  return { signsFrom: new Date(start), signsUntil: new Date(end), goneAt: new Date(end + keep) };
}
