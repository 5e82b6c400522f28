export { isCleared } from './clearance.js';
export { consumerName, event, type EventDefinition, type EventOf, events, type ServiceEvent } from './event.js';
export { Id, line, page, pageOf, text, Timestamp } from './fields.js';
export {
  type AccessNames,
  type Clearance,
  CLEARANCES,
  type PermissionName,
  type ProblemName,
  type RoleName,
} from './names.js';
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
export { covers, fold, type Held, implies, isWithin } from './permissions.js';
export {
  type FieldFault,
  problem,
  Problem,
  type ProblemBody,
  type ProblemCatalogue,
  type ProblemDetails,
  ProblemDocument,
  problemFrom,
  type ProblemKind,
  problemsOf,
  PROTOCOL_PROBLEMS,
} from './problem.js';
export type { RequiredAccess } from './required-access.js';
export { RoleBook, type RoleDefinition, type RoleEntry } from './role-book.js';
export { probeOf, sampleOf, type SampleRequest } from './sample.js';
