import { covers, fold } from './permissions.js';

/** A role as it is looked up: built-in or custom. */
export interface RoleEntry {
  readonly name: string;
  readonly permissions: readonly string[];
  readonly inherits: readonly string[];
}

/** A role as code declares it, by its name. */
export interface RoleDefinition {
  readonly summary?: string;
  readonly inherits?: readonly string[];
  readonly permissions: readonly string[];
}

/**
 * All roles that there are at a moment, and what they add up to. A name that a built-in and a custom role share is neither
 * and gives nothing: whoever was given the custom role was not given the built-in one, which a later release has brought.
 */
export class RoleBook {
  /** Names that a built-in and a custom role share. They give nothing until the custom role is removed. */
  readonly ambiguous: readonly string[];
  private readonly entries: ReadonlyMap<string, RoleEntry>;

  /**
   * @param builtIn - the roles that code declares, by name
   * @param custom - those that administrators have added
   */
  constructor(builtIn: Readonly<Record<string, RoleDefinition>>, custom: readonly RoleEntry[] = []) {
    const declared = Object.entries(builtIn).map(([name, { permissions, inherits = [] }]) => ({
      name,
      permissions,
      inherits,
    }));
    this.ambiguous = custom.map(({ name }) => name).filter((name) => Object.hasOwn(builtIn, name));
    const unambiguous = [...custom, ...declared].filter(({ name }) => !this.ambiguous.includes(name));
    this.entries = new Map(unambiguous.map((role) => [role.name, role]));
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
