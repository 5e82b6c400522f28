export { type LocalIssuer, localIssuer, type LocalIssuerOptions, type TestClaims } from './local-issuer.js';
