import type { Permission, Role } from '@citadel/contracts';

/** From here on the compiler knows which permissions and roles there are: see `AccessNames`. */
declare module '@citadel/auth' {
  interface AccessNames {
    permission: Permission;
    role: Role;
  }
}
