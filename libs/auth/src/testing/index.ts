export { type BadToken, badTokens } from './bad-tokens.js';
export { type LocalIssuer, localIssuer, type LocalIssuerOptions, type TestClaims } from './local-issuer.js';
export { testPrincipal } from './test-principal.js';
