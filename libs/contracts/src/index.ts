import './names.js';

export { ACCESS_TABLE } from './access-table.js';
export { archives } from './archives/archives.js';
export { Document } from './archives/archives-fields.js';
export { RoleDescription, User } from './auth/administration.js';
export { auth } from './auth/auth.js';
export { authEvents } from './auth/auth-events.js';
export { Me, PublicJwk, Session, SigningKey, TokenResponse } from './auth/auth-fields.js';
export { ALL_PERMISSIONS, type HeldPermission, type Permission, PERMISSIONS } from './permissions.js';
export { problem, type ProblemCode, ProblemDocument, PROBLEMS } from './problem.js';
export { ALL_ROLES, expand, permissionsOf, type Role, ROLES } from './roles.js';
export {
  AUDIENCE,
  BUS_LINKS,
  CONSUMERS,
  CONTRACT_NAMES,
  type ContractName,
  CONTRACTS,
  DATABASE_SERVICES,
  type DatabaseServiceName,
  type OperationId,
  OPERATIONS,
  ownsDatabase,
  SERVICE_NAMES,
  type ServiceName,
  SERVICES,
} from './services.js';
export { Account, CURRENCIES, Transfer, treasury, treasuryEvents } from './treasury.js';
