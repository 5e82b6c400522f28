import type { Permission } from './permissions.js';
import type { ProblemCode } from './problem.js';
import type { Role } from './roles.js';

/** From here on the compiler knows which permissions, roles and problems there are: see `AccessNames`. */
declare module '@citadel/protocol' {
  interface AccessNames {
    permission: Permission;
    role: Role;
    problem: ProblemCode;
  }
}
