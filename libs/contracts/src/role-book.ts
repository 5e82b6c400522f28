import { covers, fold } from './permissions.js';
import { ROLES } from './roles.js';

/** A role as it is looked up: built-in or custom. */
export interface RoleEntry {
  readonly name: string;
  readonly permissions: readonly string[];
  readonly inherits: readonly string[];
}

/**
 * All roles that there are at a moment, and what they add up to. A custom role cannot take the name of a built-in one:
 * the built-in one wins, whatever a database says.
 */
export class RoleBook {
  private readonly entries: ReadonlyMap<string, RoleEntry>;

  constructor(custom: readonly RoleEntry[] = []) {
    const builtIn = Object.entries(ROLES).map(([name, role]) => ({
      name,
      permissions: role.permissions,
      inherits: 'inherits' in role ? role.inherits : [],
    }));
    this.entries = new Map([...custom, ...builtIn].map((role) => [role.name, role]));
  }

  has(name: string): boolean {
    return this.entries.has(name);
  }

  /** The given roles with all that they inherit, each once; what does not exist gives nothing, and a cycle ends. */
  expand(names: readonly string[]): string[] {
    const found = new Set<string>();
    const visit = (name: string): void => {
      const role = this.entries.get(name);
      if (!role || found.has(name)) return;
      found.add(name);
      role.inherits.forEach(visit);
    };
    names.forEach(visit);
    return [...found];
  }

  /** What somebody with these roles may do, folded. */
  permissionsOf(names: readonly string[]): string[] {
    return fold(this.heldBy(names));
  }

  /**
   * The same as it was written, not folded: whoever holds every permission of a domain one by one may do all of it today,
   * but does not hold the wildcard, which covers what is added tomorrow.
   */
  heldBy(names: readonly string[]): string[] {
    return [...new Set(this.expand(names).flatMap((name) => this.entries.get(name)?.permissions ?? []))];
  }

  /** Which of the given roles brings a permission. */
  sourcesOf(permission: string, names: readonly string[]): string[] {
    return this.expand(names).filter((name) => covers(this.entries.get(name)?.permissions ?? [], permission));
  }

  /** Whether a role would inherit from itself if it inherited from these. */
  hasCycle(name: string, inherits: readonly string[]): boolean {
    return inherits.includes(name) || this.expand(inherits).includes(name);
  }
}

const BUILT_IN = new RoleBook();

/** What somebody with these built-in roles may do, folded. A name that is none gives nothing. */
export const permissionsOf = (roles: readonly string[]): string[] => BUILT_IN.permissionsOf(roles);

/** The given built-in roles with all that they inherit; other names are left out. */
export const expand = (roles: readonly string[]): string[] => BUILT_IN.expand(roles);

/** Whether everything that is held by one is held by the other too. */
export function isWithin(inner: readonly string[], outer: readonly string[]): boolean {
  return inner.every((permission) => coversHeld(outer, permission));
}

/** A wildcard is within another only if that is at least as wide: `treasury:*` is not within `treasury:accounts:*`. */
function coversHeld(outer: readonly string[], held: string): boolean {
  if (outer.includes('*') || outer.includes(held)) return true;
  return outer.some((one) => one.endsWith(':*') && held.startsWith(one.slice(0, -1)));
}
