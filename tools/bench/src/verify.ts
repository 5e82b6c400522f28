import { createPublicKey, type KeyObject, verify as verifySignature } from 'node:crypto';
import { AuthModule, TokenVerifier } from '@citadel/auth';
import { localIssuer } from '@citadel/auth/testing';
import { NestFactory } from '@nestjs/core';

import { forged } from './forged.js';
import { installPeers, peer } from './peers.js';
import { percentile } from './percentiles.js';

const ROUNDS = 5;
const ROUND_MS = 400;
/** Tokens in use at once; ours remembers more of them, fast-jwt as many as its cache is told to. */
const IN_USE = 64;
/** Each is verified for the first time. More than one round can use up. */
const FRESH = 12_000;
const AUDIENCE = 'orders';

interface Contender {
  readonly name: string;
  readonly verify: (token: string) => unknown;
  /** A token that was never seen before, each time. */
  readonly isCold?: true;
}

interface Expected {
  readonly issuer: string;
  readonly audience: string;
  readonly algorithms: readonly string[];
}

/** What is called of the packages that are compared; they are installed later than this is compiled. */
interface Peers {
  readonly 'fast-jwt': { readonly createVerifier: (options: object) => (token: string) => unknown };
  readonly jose: { readonly jwtVerify: (token: string, key: KeyObject, expected: Expected) => Promise<unknown> };
  readonly jsonwebtoken: { readonly verify: (token: string, key: KeyObject | string, expected: Expected) => unknown };
  readonly 'passport-jwt': {
    readonly Strategy: new (
      options: Expected & { readonly secretOrKey: string; readonly jwtFromRequest: (request: Request) => string },
      verify: (payload: unknown, done: (error: null, user: unknown) => void) => void,
    ) => { authenticate(request: Request): void };
  };
}

interface Request {
  readonly token: string;
}

const VERSIONS = { 'fast-jwt': '6.3.6', jose: '6.2.18', jsonwebtoken: '9.0.3', 'passport-jwt': '4.0.1' } as const;

const load = <Name extends keyof Peers>(name: Name): Peers[Name] =>
  peer(installPeers('verify', VERSIONS), name) as Peers[Name];

/**
 * How many access tokens (ES256) one thread verifies in a second: the limit that OpenSSL sets, other libraries, and ours, for a
 * token that it sees for the first time and for one that it remembers. All check signature, issuer, audience and expiry, but
 * for the limit, which checks the signature alone. Contenders take turns.
 */
export async function measureVerification(): Promise<string[]> {
  const issuer = localIssuer();
  const key = createPublicKey(issuer.privateKey);
  const application = await NestFactory.createApplicationContext(
    AuthModule.forRoot({ issuer: issuer.issuer, audience: AUDIENCE, keys: issuer.keys }),
    { logger: false },
  );
  try {
    const contenders = contendersWith(key, issuer.issuer, application.get(TokenVerifier));
    const tokens = (count: number) => Array.from({ length: count }, () => issuer.tokenFor(AUDIENCE));
    const inUse = tokens(IN_USE);
    for (const contender of contenders) await prove(contender, inUse[0] ?? '');
    const rates = contenders.map((): number[] => []);
    for (let round = 0; round <= ROUNDS; round += 1) {
      for (const [index, contender] of contenders.entries()) {
        const rate = await rateOf(contender, contender.isCold ? tokens(FRESH) : inUse);
        // The first round warms up.
        if (round > 0) rates[index]?.push(rate);
      }
      process.stderr.write(round === 0 ? 'Warmed up\n' : `Round ${String(round)} of ${String(ROUNDS)} measured\n`);
    }
    const medians = rates.map((measured) => percentile(measured, 0.5));
    const limit = medians[0] ?? Number.NaN;
    return [
      `ES256, one thread, median of ${String(ROUNDS)} rounds of ${String(ROUND_MS)} ms`,
      '',
      '| verified by | a second | of the limit |',
      '| --- | --- | --- |',
      ...contenders.map(({ name }, index) => {
        const rate = medians[index] ?? Number.NaN;
        return `| ${name} | ${Math.round(rate).toLocaleString('en')} | ${(rate / limit).toFixed(2)} |`;
      }),
    ];
  } finally {
    await application.close();
  }
}

function contendersWith(key: KeyObject, issuer: string, ours: TokenVerifier): Contender[] {
  const pem = String(key.export({ type: 'spki', format: 'pem' }));
  const expected = { issuer, audience: AUDIENCE, algorithms: ['ES256'] };
  const [jose, jwt, fastJwt] = [load('jose'), load('jsonwebtoken'), load('fast-jwt')];
  const fast = { key: pem, algorithms: ['ES256'], allowedIss: issuer, allowedAud: AUDIENCE };
  const uncached = fastJwt.createVerifier({ ...fast, cache: false });
  const cached = fastJwt.createVerifier({ ...fast, cache: IN_USE * 16 });
  return [
    { name: '`node:crypto`, the signature alone: the limit', verify: (token) => verifyBytes(token, key) },
    { name: '`jose`', verify: (token) => jose.jwtVerify(token, key, expected) },
    { name: '`jsonwebtoken`, with a `KeyObject`', verify: (token) => jwt.verify(token, key, expected) },
    { name: '`jsonwebtoken`, with a PEM', verify: (token) => jwt.verify(token, pem, expected) },
    { name: '`passport-jwt`, with a PEM, as tutorials have it', verify: passport(pem, expected) },
    { name: '`fast-jwt`, without its cache', verify: uncached },
    { name: '`fast-jwt`, with its cache', verify: cached },
    { name: '`@citadel/auth`, for the first time', isCold: true, verify: (token) => ours.verify(token) },
    { name: '`@citadel/auth`, again', verify: (token) => ours.recall(token) ?? ours.verify(token) },
  ];
}

function verifyBytes(token: string, key: KeyObject): boolean {
  const end = token.lastIndexOf('.');
  const signature = Buffer.from(token.slice(end + 1), 'base64url');
  return verifySignature('sha256', Buffer.from(token.slice(0, end)), { key, dsaEncoding: 'ieee-p1363' }, signature);
}

/** A strategy without Passport, which would make an object like this one for each request. */
function passport(secretOrKey: string, expected: Expected): (token: string) => unknown {
  let user: unknown;
  const answers = {
    success: (found: unknown) => void (user = found),
    fail: () => void (user = undefined),
    error: () => void (user = undefined),
  };
  const { Strategy } = load('passport-jwt');
  const strategy = new Strategy({ ...expected, secretOrKey, jwtFromRequest: ({ token }) => token }, (payload, done) =>
    done(null, payload),
  );
  return (token) => {
    Object.assign(Object.create(strategy) as typeof strategy, answers).authenticate({ token });
    return user;
  };
}

/** What accepts everything is fast, and worth nothing. @throws Error if a contender does not tell good from bad */
async function prove({ name, verify }: Contender, good: string): Promise<void> {
  const isAccepted = async (token: string) => {
    try {
      const outcome = await verify(token);
      return outcome !== undefined && outcome !== false;
    } catch {
      return false;
    }
  };
  if (!(await isAccepted(good))) throw new Error(`${name} refuses a good token`);
  if (await isAccepted(forged(good))) throw new Error(`${name} accepts a forged token`);
}

async function rateOf({ name, verify, isCold }: Contender, tokens: readonly string[]): Promise<number> {
  const began = performance.now();
  let done = 0;
  while (performance.now() - began < ROUND_MS) {
    for (let turn = 0; turn < 16; turn += 1) {
      const outcome = verify(tokens[done % tokens.length] ?? '');
      // To await what is no promise would cost a turn of the loop that a caller does not pay.
      if (outcome instanceof Promise) await outcome;
      done += 1;
    }
    if (isCold && done + 16 > tokens.length)
      throw new Error(`${name} needs more than the ${String(FRESH)} tokens that were made for a round; raise FRESH`);
  }
  return (done / (performance.now() - began)) * 1000;
}
