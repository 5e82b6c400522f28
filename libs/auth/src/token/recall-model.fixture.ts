import { generateKeyPairSync, type JsonWebKey } from 'node:crypto';
import * as fc from 'fast-check';
import jsonwebtoken from 'jsonwebtoken';

import type { Revocation } from '../revocation/revocation-source.js';

export const ISSUER = 'https://issuer.test';
export const TOLERANCE = 5;
export const AUDIENCES = ['orders', 'billing'] as const;

const ec = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
/** What a key id may stand for. The same RSA key for two algorithms is two: the algorithm is the key's. */
const KEYS = {
  first: { alg: 'ES256', ...ec() },
  second: { alg: 'ES256', ...ec() },
  rs: { alg: 'RS256', ...rsa },
  ps: { alg: 'PS256', ...rsa },
} as const;
type KeyName = keyof typeof KEYS;

const token = fc.nat(50);
const kid = fc.constantFrom('a', 'b');
const kind = <const K extends string>(name: K) => fc.constant(name);

const issue = fc.record({
  kind: kind('issue'),
  sub: fc.constantFrom('ada', 'ben', 'eve'),
  session: fc.nat(1),
  kid,
  // Nearly always the key that is published under that id.
  key: fc.constantFrom<KeyName | null>(null, null, null, null, null, 'first', 'rs', 'ps'),
  aud: fc.constantFrom<string | string[]>('orders', 'billing', [...AUDIENCES]),
  lifetime: fc.constantFrom(10, 60, 300),
  delay: fc.constantFrom(0, 0, 20),
});
/** Puts together parts of two tokens, or changes the end of one. */
const mix = fc.record({
  kind: kind('mix'),
  of: token,
  with: token,
  part: fc.constantFrom(0, 1, 2, 2, 'end' as const, 'end' as const),
});
const use = fc.record({ kind: kind('use'), of: token });
const revoke = fc.record({
  kind: kind('revoke'),
  of: token,
  what: fc.constantFrom('token', 'token', 'session', 'session', 'subject', 'everybody'),
});
/** A key comes, goes because it is retired or compromised, or is replaced under its id; or the same set comes again. */
const change = fc.tuple(kid, fc.constantFrom<KeyName | null>('first', 'second', 'rs', 'rs', 'ps', 'ps', null));
const publish = fc.record({ kind: kind('publish'), keys: fc.array(change, { maxLength: 1 }) });
const clock = fc.record({ kind: kind('clock'), by: fc.constantFrom(1, 4, 6, 21, 70, -1, -6, -30, -70) });
const cutOff = fc.record({ kind: kind('cut off'), what: fc.constantFrom('keys', 'revocations') });

/** What may happen around tokens. `of` and `with` choose among those that there are. */
export const step = fc.oneof(
  { weight: 8, arbitrary: issue },
  { weight: 5, arbitrary: mix },
  { weight: 4, arbitrary: use },
  { weight: 2, arbitrary: revoke },
  { weight: 7, arbitrary: publish },
  { weight: 5, arbitrary: clock },
  { weight: 1, arbitrary: cutOff },
);
type Value<A> = A extends fc.Arbitrary<infer T> ? T : never;
export type Step = Value<typeof step>;

interface Issued {
  readonly sub: string;
  readonly sid: string;
  readonly jti: string;
  readonly aud: string | readonly string[];
  readonly from: number;
  readonly until: number;
  readonly kid: string;
  readonly key: KeyName;
  isRevoked: boolean;
}

/** The issuer, and what each token is worth: in so few lines that one can see that they are right. */
export class RecallModel {
  /** Seconds since 1970. */
  now = 1_800_000_000;
  /** Whether services have lost their issuer. */
  isCutOff = false;
  /** By their text. Of what nobody has issued, nothing is known. */
  readonly tokens = new Map<string, Issued | undefined>();
  private readonly published = new Map<string, KeyName>([
    ['a', 'first'],
    ['b', 'rs'],
  ]);
  private readonly endedSessions = new Set<string>();
  private readonly generations = new Map<string, number>();

  get keySet(): { keys: JsonWebKey[] } {
    const jwk = (id: string, { alg, publicKey }: (typeof KEYS)[KeyName]) => ({
      ...publicKey.export({ format: 'jwk' }),
      kid: id,
      alg,
    });
    return { keys: [...this.published].map(([id, name]) => jwk(id, KEYS[name])) };
  }

  textAt(place: number): string {
    return [...this.tokens.keys()][place % Math.max(1, this.tokens.size)] ?? '';
  }

  issue({ sub, session, kid, key, aud, lifetime, delay }: Value<typeof issue>): void {
    const [sid, jti] = [`${sub}-${String(session)}`, String(this.tokens.size)];
    const [iat, nbf, exp] = [this.now, this.now + delay, this.now + lifetime];
    const gen = [this.generationOf('*'), this.generationOf(sub)];
    const signing = key ?? this.published.get(kid) ?? 'second';
    const { alg, privateKey } = KEYS[signing];
    const claims = JSON.stringify({ iss: ISSUER, client_id: 'test', sub, sid, jti, aud, iat, nbf, exp, gen });
    const text = jsonwebtoken.sign(claims, privateKey, { algorithm: alg, header: { alg, typ: 'at+jwt', kid } });
    this.tokens.set(text, { sub, sid, jti, aud, from: nbf, until: exp, kid, key: signing, isRevoked: false });
  }

  mix({ of, with: other, part }: Value<typeof mix>): void {
    const [one, two] = [this.textAt(of), this.textAt(other)];
    const parts = one.split('.').map((text, index) => (index === part ? two.split('.')[part] : text));
    const mixed = part === 'end' ? one.replace(/.{8}$/, 'A'.repeat(8)) : parts.join('.');
    if (!this.tokens.has(mixed)) this.tokens.set(mixed, undefined);
  }

  publish(changes: Value<typeof publish>['keys']): void {
    for (const [id, name] of changes) {
      this.published.delete(id);
      if (name) this.published.set(id, name);
    }
  }

  /** @returns what services learn of it */
  revoke({ of, what }: Value<typeof revoke>): Revocation[] {
    const chosen = this.tokens.get(this.textAt(of));
    if (!chosen) return [];
    const { sub, sid, jti } = chosen;
    if (what === 'session') {
      this.endedSessions.add(sid);
      return [{ kind: 'session', id: sid }];
    }
    const isMeant = (one: Issued) => what === 'everybody' || (what === 'subject' ? one.sub === sub : one === chosen);
    for (const one of this.tokens.values()) if (one && isMeant(one)) one.isRevoked = true;
    if (what === 'token') return [{ kind: 'token', id: jti }];
    const counted = what === 'everybody' ? '*' : sub;
    const generation = this.generationOf(counted) + 1;
    this.generations.set(counted, generation);
    return [what === 'everybody' ? { kind: 'everybody', generation } : { kind: 'subject', id: sub, generation }];
  }

  /** Why a service must refuse a token; `undefined` if it must accept it. */
  faultOf(text: string, audience: string): string | undefined {
    const one = this.tokens.get(text);
    if (this.isCutOff) return 'unavailable';
    if (!one) return 'not issued';
    if (this.published.get(one.kid) !== one.key) return 'key';
    if (![one.aud].flat().includes(audience)) return 'audience';
    if (this.now >= one.until + TOLERANCE) return 'expired';
    if (this.now < one.from - TOLERANCE) return 'early';
    if (one.isRevoked || this.endedSessions.has(one.sid)) return 'revoked';
    return undefined;
  }

  private generationOf(counted: string): number {
    return this.generations.get(counted) ?? 0;
  }
}
