import { createHash } from 'node:crypto';
import { networkOf, siteOf } from '@citadel/platform';

/** How often something may be tried before delays begin, and how long they grow. Durations are in seconds. */
export interface AttemptLimit {
  readonly key: string;
  /** Attempts without a success that cost nothing. */
  readonly free: number;
  /** The first delay; each one after it is twice as long. */
  readonly shortest: number;
  /** No delay is longer. */
  readonly longest: number;
  /** All is forgiven after this time without an attempt. */
  readonly forgivenAfter: number;
  /** The answer names a random time after the delay, not its end: whoever knew that could take every turn. */
  readonly hidesItsEnd?: true;
}

const HOUR = 3_600;
const DAY = 86_400;

/** How long a device is remembered, and how long one that has failed too often is ignored: for the rest of its time. */
export const DEVICE_LIFETIME = 180 * DAY;

/** How many devices of one account have a count at a time: those that failed most recently. */
export const COUNTED_DEVICES = 32;

const limit = (key: string, free: number, longest: number): AttemptLimit => ({
  key,
  free,
  shortest: 1,
  longest,
  forgivenAfter: HOUR,
});

/** Names are hashed: the table is read by more people than those who may see who tries to log in. */
const accountOf = (email: string) => createHash('sha256').update(email).digest('hex');

/**
 * The limits on guessing a password from a device that is not known: per network, for IPv6 also per site, per account
 * and network together, and per account. They depend on what was sent and on nothing that is stored about the account,
 * so no answer shows whether there is one.
 *
 * In this order: a network that is slowed down fills no table with names that it makes up, and a stranger who is slowed
 * down at an account does not use up the turns of others.
 */
export function strangerLimits(email: string, address: string): readonly AttemptLimit[] {
  const account = accountOf(email);
  const network = networkOf(address);
  const site = siteOf(address);
  return [
    limit(`address:${network}`, 100, 900),
    // Some providers put many customers into one site: it is slowed down late, and never for long.
    ...(site === undefined ? [] : [limit(`site:${site}`, 200, 60)]),
    limit(`pair:${account}:${network}`, 10, 900),
    { ...limit(`account:${account}`, 30, 60), hidesItsEnd: true },
  ];
}

/**
 * The limit on a device that has logged into the account before. It is the only one that such a device has, and nobody
 * else can use it up (OWASP: "device cookies"). The tenth wrong password in a row ends it: from then on the device is a
 * stranger.
 */
export const deviceLimit = (email: string, device: string): AttemptLimit => ({
  key: `device:${accountOf(email)}:${device}`,
  free: 9,
  shortest: DEVICE_LIFETIME,
  longest: DEVICE_LIFETIME,
  forgivenAfter: DEVICE_LIFETIME,
});

/** Registrations cost a hash each and fill a table. */
export function registrationLimits(address: string, free: number): readonly AttemptLimit[] {
  const site = siteOf(address);
  return [
    limit(`register:${networkOf(address)}`, free, 300),
    ...(site === undefined ? [] : [limit(`register:${site}`, 2 * free, 300)]),
  ];
}
