import { createHash } from 'node:crypto';

import { networkOf } from './network.js';

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
  const network = networkOf(address);
  const pair = { key: `pair:${account}:${network}`, free: 10, longest: 900 };
  if (isKnownPlace) return [pair];
  // In this order: an address that is slowed down fills no table with names that it makes up, and a stranger who is
  // slowed down at an account does not use up the turns of its owner.
  return [
    { key: `address:${network}`, free: 100, longest: 900 },
    pair,
    { key: `account:${account}`, free: 30, longest: 60 },
  ];
}

/** Registrations cost a hash each and fill a table. */
export const registrationLimits = (address: string, free: number): readonly AttemptLimit[] => [
  { key: `register:${networkOf(address)}`, free, longest: 300 },
];
