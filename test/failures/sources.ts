import { setTimeout as pause } from 'node:timers/promises';

import type { KeySource } from '@citadel/auth';
import { localIssuer } from '@citadel/auth/testing';

import { contradictions, feed, guardedService, type GuardedService, issuer, tokensAt } from './guarded-service.js';
import { type Cell, outcomeOf, outcomes, type Tokens } from './table.js';

/** A time in which what happens in the background has happened. */
const SETTLED_MS = 150;
const away = () => Promise.reject(new Error('away'));
const published = { keys: [issuer.jwk] };
type Where = Pick<Cell, 'dependency' | 'state' | 'produced'>;

/** Finds what becomes of the credentials, `fault` having begun after the good token was seen. */
async function cellOf(
  where: Where,
  service: GuardedService,
  { tokens = tokensAt(), fault = () => Promise.resolve() }: { tokens?: Tokens; fault?: () => Promise<unknown> } = {},
): Promise<Cell> {
  try {
    await service.ask(tokens.good);
    await fault();
    const found = await outcomes(tokens, (token) => service.ask(token));
    return { ...where, outcomes: found, meanwhile: `public routes ${outcomeOf(await service.public())}` };
  } finally {
    await service.close();
  }
}

/** A source of keys that is good at first, and then whatever a test makes of it. */
class Keys implements KeySource {
  readonly reloadAfter = 20;
  constructor(public load: () => Promise<unknown> = () => Promise.resolve(published)) {}
}

async function settledService(...[options]: Parameters<typeof guardedService>): Promise<GuardedService> {
  const service = await guardedService(options);
  await pause(SETTLED_MS);
  return service;
}

export async function keySourceCells(): Promise<Cell[]> {
  const cells: Cell[] = [];
  const find = async (state: string, produced: string, keys: Keys, later?: () => Promise<unknown>, tokens?: Tokens) => {
    const service = await settledService({ keys, revocations: feed() });
    const fault = async () => {
      if (later) keys.load = later;
      await pause(SETTLED_MS);
    };
    cells.push(
      await cellOf({ dependency: 'key source', state, produced }, service, { fault, ...(tokens && { tokens }) }),
    );
  };
  const hour = () => pause(3_600_000, published, { ref: false });
  const successor = localIssuer({ issuer: issuer.issuer });
  const secret = { kty: 'oct', kid: issuer.kid, alg: 'HS256', k: 'c2VjcmV0' };
  await find('healthy', 'answers with the keys', new Keys());
  await find('down', 'is away at the start', new Keys(away));
  await find('down', 'goes away later', new Keys(), away);
  await find('slow', 'has not answered since the start', new Keys(hour));
  await find('slow', 'stops answering later', new Keys(), hour);
  await find('stale', 'lacks the key of the unseen token', new Keys(), undefined, tokensAt(undefined, successor));
  await find('wrong', 'answers with a secret in place of the key', new Keys(), () =>
    Promise.resolve({ keys: [secret] }),
  );
  return cells;
}

export async function revocationFeedCells(): Promise<Cell[]> {
  const cells: Cell[] = [];
  const find = async (state: string, produced: string, revocations: ReturnType<typeof feed>, wait = 0) => {
    const service = await settledService({ keys: new Keys(), revocations, maximumRevocationAge: wait ? 1 : 30 });
    const fault = () => pause(wait);
    cells.push(await cellOf({ dependency: 'revocation feed', state, produced }, service, { fault }));
  };
  const caughtUpOnce = () => {
    let asked = 0;
    return () => (asked++ === 0 ? Promise.resolve('caught-up' as const) : away());
  };
  await find('healthy', 'delivers everything', feed());
  await find('down', 'is away at the start', { follow: away, progress: away });
  await find('down', 'goes away later, for less than `maximumRevocationAge`', feed(caughtUpOnce()));
  await find(
    'slow',
    'has not delivered everything yet',
    feed(() => Promise.resolve('behind')),
  );
  await find('stale', 'is cut off for longer than `maximumRevocationAge`', feed(caughtUpOnce()), 1_500);
  await find('wrong', 'takes a revocation back', feed(undefined, contradictions));
  return cells;
}
