import { type AuthOptions, resolveOptions } from './auth.options.js';
import { localIssuer } from './testing/index.js';

const { issuer, keys } = localIssuer();
const options: AuthOptions = { issuer, audience: 'orders', keys };

describe('options', () => {
  it('accept ES256 alone, with little patience for clocks and long lives', () => {
    expect(resolveOptions(options)).toMatchObject({
      clockTolerance: 5,
      issuers: [{ algorithms: ['ES256'], clockTolerance: 5, maximumLifetime: 3600 }],
    });
  });

  it.each([
    ['no issuer', { issuer: '' }, 'AuthModule needs an issuer and an audience'],
    ['no audience', { audience: '' }, 'AuthModule needs an issuer and an audience'],
    ['clocks that may differ by minutes', { clockTolerance: 61 }, 'clockTolerance must be 0 to 60'],
    ['clocks that differ by less than nothing', { clockTolerance: -1 }, 'clockTolerance must be 0 to 60'],
    ['clocks that differ by no number', { clockTolerance: NaN }, 'clockTolerance must be 0 to 60'],
    ['no life at all', { maximumLifetime: 0 }, 'maximumLifetime must be 1 to 86400'],
    ['a life without end', { maximumLifetime: Infinity }, 'maximumLifetime must be 1 to 86400'],
    ['an age without end', { maximumRevocationAge: Infinity }, 'maximumRevocationAge must be 1 to 3600'],
    ['no age', { maximumRevocationAge: NaN }, 'maximumRevocationAge must be 1 to 3600'],
    ['no memory', { rememberedTokens: -1 }, 'rememberedTokens must be 0 to'],
    ['no algorithm', { algorithms: [] as never }, 'algorithms must be some of ES256, RS256, PS256'],
    ['an algorithm with a shared secret', { algorithms: ['HS256'] as never }, 'algorithms must be some of'],
    ['no signature at all', { algorithms: ['none'] as never }, 'algorithms must be some of'],
  ])('are refused when they would weaken verification: %s', (_, changed, message) => {
    expect(() => resolveOptions({ ...options, ...changed })).toThrow(message);
  });

  it('have their defaults when they are given as undefined', () => {
    // As an untyped configuration may have them; the compiler refuses it elsewhere.
    const changed = { clockTolerance: undefined, algorithms: undefined, maximumLifetime: undefined } as object;
    expect(resolveOptions({ ...options, ...changed })).toMatchObject({
      clockTolerance: 5,
      issuers: [{ algorithms: ['ES256'], maximumLifetime: 3600 }],
    });
  });
});
