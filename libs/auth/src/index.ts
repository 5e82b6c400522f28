export type { AccessNames, PermissionName, RoleName } from '@citadel/protocol';

export { type Handler, AccessAudit, AccessAuditError } from './access/access-audit.js';
export { type AccessRule, isPublic, rulesOf } from './access/access-rule.js';
export {
  Authenticated,
  Public,
  RequireClearance,
  RequirePermissions,
  RequireRecentLogin,
  Roles,
} from './access/access.decorators.js';
export { isOwner, isSecondPerson } from './access/policies.js';
export { AuthModule, type AuthModuleAsyncOptions } from './auth.module.js';
export { type AuthOptions, MAXIMUM_CLOCK_TOLERANCE, type OneIssuer } from './auth.options.js';
export { bearerIn, bearerOf, carrierOf, type HttpRequest, rememberUpgrade, type TokenExtractor } from './carrier.js';
export { CurrentUser, principalOf } from './current-user.decorator.js';
export type { ClaimMap, ClaimReader, IssuerOptions, TokenClaims, TokenFormat } from './issuers/issuer-options.js';
export { oidcIssuer, type OidcIssuerOptions } from './issuers/oidc-issuer.js';
export { keysAt, namesAt } from './issuers/read-claims.js';
export { MAXIMUM_LIFETIME } from './issuers/resolve-issuers.js';
export { TrustedIssuers } from './issuers/trusted-issuers.js';
export { httpKeySource, type HttpKeySourceOptions } from './keys/http-key-source.js';
export { MAXIMUM_KEYS } from './keys/key-limit.js';
export { KeyRing } from './keys/key-ring.js';
export type { KeySource } from './keys/key-source.js';
export { type Algorithm, ALGORITHMS, importKeys, type VerificationKey } from './keys/verification-key.js';
export { holds, type Principal } from './principal.js';
export { headersOf, ProblemFilter } from './problem.filter.js';
export { RefusalRecorder } from './refusals/refusal-recorder.js';
export type { Refusal, RefusalListener, SharedDecision } from './refusals/refusal.js';
export { RevocationList } from './revocation/revocation-list.js';
export type { Revocation, RevocationSource } from './revocation/revocation-source.js';
export { TokenVerifier } from './token/token-verifier.js';
