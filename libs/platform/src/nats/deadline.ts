import type { MsgHdrs } from '@nats-io/transport-node';

const HEADER = 'citadel-deadline';

/** Milliseconds: who waits for longer says no more than this. */
const LONGEST_PATIENCE = 60_000;

/** How long a caller waits, and when it began to, by its own clock. */
export interface Deadline {
  /** Milliseconds of a clock that begins anywhere and is never set. */
  readonly sentAt: number;
  /** Milliseconds. */
  readonly patience: number;
}

export function writeDeadline(headers: MsgHdrs, { sentAt, patience }: Deadline): void {
  headers.set(HEADER, `${String(Math.floor(sentAt))};${String(Math.min(Math.floor(patience), LONGEST_PATIENCE))}`);
}

/** @returns `undefined` if a message has none, `malformed` if it is not one that `writeDeadline` writes, or there are two */
export function readDeadline(headers: MsgHdrs | undefined): Deadline | 'malformed' | undefined {
  const [value, ...others] = headers?.values(HEADER) ?? [];
  if (value === undefined) return undefined;
  const [, sentAt, patience] = /^(\d{1,15});(\d{1,5})$/.exec(value) ?? [];
  const isOne = sentAt !== undefined && others.length === 0 && Number(patience) <= LONGEST_PATIENCE;
  return isOne ? { sentAt: Number(sentAt), patience: Number(patience) } : 'malformed';
}
