export { ACCESS_TABLE } from './access-table.js';
export { archives, Document } from './archives.js';
export { RoleDescription, User } from './auth/administration.js';
export { auth } from './auth/auth.js';
export { Me, PublicJwk, Session, SigningKey, TokenResponse } from './auth/auth-fields.js';
export { type Clearance, CLEARANCES, isCleared } from './clearance.js';
export { CONTRACTS, type OperationId, OPERATIONS } from './contracts.js';
export { Id, line, page, pageOf, text, Timestamp } from './fields.js';
export {
  type Contract,
  type HttpMethod,
  type MessageOf,
  type Operation,
  operation,
  type OperationDefinition,
  type ReplyOf,
  service,
} from './operation.js';
export {
  ALL_PERMISSIONS,
  covers,
  fold,
  type HeldPermission,
  implies,
  type Permission,
  PERMISSIONS,
} from './permissions.js';
export {
  type FieldFault,
  problem,
  ProblemDocument,
  Problem,
  type ProblemBody,
  type ProblemCode,
  type ProblemDetails,
  problemFrom,
  PROBLEMS,
} from './problem.js';
export type { RequiredAccess } from './required-access.js';
export { expand, isWithin, permissionsOf, RoleBook, type RoleEntry } from './role-book.js';
export { ALL_ROLES, type Role, ROLES } from './roles.js';
export { sampleOf, type SampleRequest } from './sample.js';
export { Account, CURRENCIES, Transfer, treasury } from './treasury.js';
