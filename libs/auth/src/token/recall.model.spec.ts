import { CLEARANCES, Problem } from '@citadel/protocol';
import { jest } from '@jest/globals';
import * as fc from 'fast-check';

import { Keys } from '../guarded-app.fixture.js';
import { resolveIssuer } from '../issuers/resolve-issuers.js';
import { KeyRing, MAXIMUM_KEY_AGE } from '../keys/key-ring.js';
import type { Principal } from '../principal.js';
import { RevocationList } from '../revocation/revocation-list.js';
import { AUDIENCES, ISSUER, RecallModel, type Step, step, TOLERANCE } from './recall-model.fixture.js';
import { TokenVerifier } from './token-verifier.js';

const SEED = 20_261_130;
const HISTORIES = 100;

const history = fc.array(step, { minLength: 5, maxLength: 30, size: 'max' });
const rememberedTokens = fc.constantFrom(0, 2, 5, 100);

/** How often each verdict was given, and how often from memory. */
const met = new Map<string, number>();
const count = (name: string) => met.set(name, (met.get(name) ?? 0) + 1);

let uptime = 0;
beforeAll(() => {
  jest.useFakeTimers({
    doNotFake: ['nextTick', 'setImmediate', 'setInterval', 'setTimeout', 'queueMicrotask', 'performance'],
  });
  jest.spyOn(performance, 'now').mockImplementation(() => uptime);
});
afterAll(() => {
  jest.restoreAllMocks();
  jest.useRealTimers();
});

/** A mirror of revocations that can be cut off. */
class Mirror extends RevocationList {
  isCutOff = false;
  override get isReady(): boolean {
    return !this.isCutOff;
  }
}

/** Two services that live through one history, with keys and revocations as they come from the issuer. */
class World {
  readonly model = new RecallModel();
  readonly keys: KeyRing;
  private readonly source = new Keys(this.model.keySet);
  private readonly mirror = new Mirror(undefined, { retention: 3_600, maximumAge: 30 });
  private readonly services: readonly { audience: string; remembering: TokenVerifier }[];

  constructor(private readonly rememberedTokens: number) {
    this.keys = new KeyRing(this.source);
    this.services = AUDIENCES.map((audience) => ({ audience, remembering: this.verifierFor(audience) }));
  }

  async apply(one: Step): Promise<void> {
    if (one.kind === 'issue') this.model.issue(one);
    else if (one.kind === 'mix') this.model.mix(one);
    else if (one.kind === 'use') await this.compare(this.model.textAt(one.of));
    else if (one.kind === 'clock') jest.setSystemTime((this.model.now += one.by) * 1000);
    else if (one.kind === 'revoke') this.model.revoke(one).forEach((revocation) => this.mirror.add(revocation));
    else if (one.kind === 'cut off') this.cutOff(one.what);
    else this.publish(one.keys);
  }

  /** Whether a service that remembers says of a token what one says that has never seen it, and what is right. */
  async compare(token: string): Promise<void> {
    for (const { audience, remembering } of this.services) {
      const fault = this.model.faultOf(token, audience);
      const verdict = await verdictOf(remembering, token);
      expect(verdict).toEqual(await verdictOf(this.verifierFor(audience), token));
      expect([fault, typeof verdict === 'object']).toEqual([fault, fault === undefined]);
      count(fault ?? 'accepted');
    }
  }

  private verifierFor(audience: string): TokenVerifier {
    const { rememberedTokens, source, keys, mirror } = this;
    const shared = { audience, clockTolerance: TOLERANCE, clearances: CLEARANCES, rememberedTokens };
    const algorithms = ['ES256', 'RS256', 'PS256'] as const;
    return new TokenVerifier(resolveIssuer({ issuer: ISSUER, keys: source, algorithms }, shared), keys, mirror);
  }

  private cutOff(what: string): void {
    this.model.isCutOff = true;
    if (what === 'revocations') this.mirror.isCutOff = true;
    else uptime += MAXIMUM_KEY_AGE * 1000 + 1;
  }

  /** What reaches a service ends its being cut off. */
  private publish(changes: Parameters<RecallModel['publish']>[0]): void {
    this.model.publish(changes);
    this.model.isCutOff = this.mirror.isCutOff = false;
    this.source.set = this.model.keySet;
    this.source.publish(this.source.set);
  }
}

describe('a verifier that remembers tokens', () => {
  it('says of every token, whatever happens in whatever order, what one says that remembers none, and what is right', async () => {
    await fc.assert(
      fc.asyncProperty(history, rememberedTokens, async (steps, capacity) => {
        const world = new World(capacity);
        jest.setSystemTime(world.model.now * 1000);
        await world.keys.start();
        for (const one of steps) {
          await world.apply(one);
          for (const token of world.model.tokens.keys()) await world.compare(token);
        }
        world.keys.stop();
      }),
      { seed: SEED, numRuns: HISTORIES },
    );
  });

  it('has been asked about tokens of every kind, and has answered from memory', () => {
    const kinds = ['accepted', 'not issued', 'key', 'audience', 'expired', 'early', 'revoked', 'unavailable'];
    const rare = [...kinds, 'from memory'].filter((one) => (met.get(one) ?? 0) < 100);
    expect(rare).toEqual([]);
  });
});

/** What a caller gets: the principal, or the code of the problem. */
async function verdictOf(verifier: TokenVerifier, token: string): Promise<Principal | string> {
  try {
    const known = verifier.recall(token);
    if (known) count('from memory');
    return known ?? (await verifier.verify(token)) ?? 'unauthenticated';
  } catch (error) {
    if (error instanceof Problem) return error.code;
    throw error;
  }
}
