import { createHash } from 'node:crypto';

/** How often something may be tried before delays begin, and how long they grow. */
export interface AttemptLimit {
  readonly key: string;
  /** Attempts without a success that cost nothing. */
  readonly free: number;
  /** Seconds: no delay is longer, so no lockout is for good. */
  readonly longest: number;
}

/**
 * The limits on guessing a password, per account and address together, per address, and per account.
 *
 * The last one would let a stranger lock the owner out, so it is left out where the account has been logged into from
 * this address before: an owner at a known place only ever competes with themselves.
 */
export function loginLimits(email: string, address: string, isKnownPlace: boolean): readonly AttemptLimit[] {
  const account = createHash('sha256').update(email).digest('hex');
  const pair = { key: `pair:${account}:${address}`, free: 10, longest: 900 };
  if (isKnownPlace) return [pair];
  return [
    pair,
    { key: `address:${address}`, free: 100, longest: 900 },
    { key: `account:${account}`, free: 30, longest: 60 },
  ];
}

/** Registrations cost a hash each and fill a table. */
export const registrationLimits = (address: string, free: number): readonly AttemptLimit[] => [
  { key: `register:${address}`, free, longest: 300 },
];
