import { CLEARANCES } from '@citadel/protocol';
import * as fc from 'fast-check';

import { resolveIssuer } from '../issuers/resolve-issuers.js';
import { KeyRing } from '../keys/key-ring.js';
import { RevocationList } from '../revocation/revocation-list.js';
import { localIssuer } from '../testing/local-issuer.js';
import { TokenVerifier } from './token-verifier.js';

const issuer = localIssuer();
const shared = { audience: 'orders', clockTolerance: 5, clearances: CLEARANCES, rememberedTokens: 10_000 };
const options = resolveIssuer({ issuer: issuer.issuer, keys: issuer.keys }, shared);
const keys = new KeyRing(issuer.keys);
const revocations = new RevocationList(undefined, { retention: 60, maximumAge: 30 });
const verifier = new TokenVerifier(options, keys, revocations);
const good = issuer.tokenFor('orders');

beforeAll(() => keys.start());
afterAll(() => keys?.stop());

const anyCharacter = fc.constantFrom('A', 'z', '0', '-', '_', '.', '=', '+', '/', ' ', '~', '"', '\n', 'é', '😀');
const place = fc.nat(good.length);

/** What happens to tokens on their way: cut, lengthened, changed, mixed up. */
const mutated = fc.oneof(
  place.map((at) => good.slice(0, at)),
  place.map((at) => good.slice(at)),
  fc.tuple(place, anyCharacter).map(([at, character]) => good.slice(0, at) + character + good.slice(at)),
  fc.tuple(place, anyCharacter).map(([at, character]) => good.slice(0, at) + character + good.slice(at + 1)),
  fc.tuple(place, place).map(([from, to]) => good.slice(0, Math.min(from, to)) + good.slice(Math.max(from, to))),
  fc
    .array(fc.constantFrom(...good.split('.'), '', 'e30'), { minLength: 0, maxLength: 6 })
    .map((parts) => parts.join('.')),
  fc
    .tuple(fc.base64String({ maxLength: 200 }), fc.nat(2))
    .map(([text, at]) => good.split('.').toSpliced(at, 1, text).join('.')),
  fc.string({ maxLength: 300 }),
);

describe('a token that is not exactly what was signed', () => {
  it('the token itself is trusted', async () => {
    expect(await verifier.verify(good)).toBeDefined();
  });

  it('is refused, and never takes the verifier for at fault', async () => {
    await fc.assert(
      fc.asyncProperty(mutated, async (token) => {
        fc.pre(token !== good);
        await expect(verifier.verify(token)).resolves.toBeUndefined();
      }),
      { numRuns: 3_000 },
    );
  });

  it('is refused with a signature of any other length', async () => {
    const [header, payload] = good.split('.');
    for (let length = 0; length <= 130; length++) {
      const signature = Buffer.alloc(length, 7).toString('base64url');
      await expect(verifier.verify(`${String(header)}.${String(payload)}.${signature}`)).resolves.toBeUndefined();
    }
  });
});
