import { type ProblemCode, ROLES } from '@citadel/contracts';
import { type Clearance, CLEARANCES } from '@citadel/protocol';

import type { Action } from './action.js';
import { isBuiltIn, isIncluded, meaningOf, type Powers } from './powers.js';

/** What a model knows of a user. */
export interface Member {
  readonly roles: readonly string[];
  readonly clearance: Clearance;
  readonly isDisabled: boolean;
  readonly version: number;
  readonly generation: number;
}

interface CustomRole {
  readonly permissions: readonly string[];
  readonly inherits: readonly string[];
  readonly version: number;
}

/**
 * What the administration of users and roles should do, written a second time and in another way: states are values,
 * powers are sets, and every rule that an action breaks is found, not only the first.
 */
export class PowerModel {
  readonly users = new Map<string, Member>();
  readonly roles = new Map<string, CustomRole>();

  /** The codes of all rules that an action would break; empty if it must succeed. */
  judge(action: Action): ReadonlySet<ProblemCode> {
    const actor = this.user(action.actor);
    const broken = new Set<ProblemCode>();
    if ('name' in action && isBuiltIn(action.name)) broken.add('role-built-in');
    if (actor.isDisabled || action.generation !== actor.generation) return broken.add('unauthenticated');
    const state = 'target' in action ? this.users.get(action.target) : this.roles.get(action.name);
    if ('name' in action && action.kind !== 'create-role' && !state) return broken.add('role-not-found');
    if (action.kind === 'create-role' && state) broken.add('role-taken');
    if (action.version !== undefined && action.version !== state?.version) broken.add('version-conflict');
    if ('permissions' in action && action.permissions.some((held) => meaningOf(held).length === 0)) {
      broken.add('unknown-permission');
    }
    const named = 'roles' in action ? action.roles : 'inherits' in action ? action.inherits : [];
    if (named.some((name) => !isBuiltIn(name) && !this.roles.has(name))) broken.add('unknown-role');
    if (action.kind === 'remove-role' && this.isUsed(action.name)) broken.add('role-in-use');
    return new Set([...broken, ...this.judgePower(action)]);
  }

  /** Carries an action out, whatever it breaks. */
  apply(action: Action): void {
    if ('target' in action) return this.change(action.target, changeOf(action));
    if (action.kind === 'remove-role') return void this.roles.delete(action.name);
    const { name, permissions, inherits } = action;
    const version = (this.roles.get(name)?.version ?? 0) + 1;
    this.roles.set(name, { permissions, inherits, version });
    for (const [id, user] of this.users) if (this.rolesOf(user.roles).has(name)) this.change(id, {});
  }

  after(action: Action): PowerModel {
    const next = new PowerModel();
    for (const [id, user] of this.users) next.users.set(id, user);
    for (const [name, role] of this.roles) next.roles.set(name, role);
    next.apply(action);
    return next;
  }

  powersOf(id: string): Powers {
    const { roles, clearance } = this.user(id);
    // A clearance is held with all those below it, like a permission with all that it implies.
    const clearances = CLEARANCES.slice(0, CLEARANCES.indexOf(clearance) + 1).map((one) => `clearance ${one}`);
    return new Set([...this.powersOfRoles(roles), ...clearances]);
  }

  get sovereigns(): string[] {
    return [...this.users].filter(([, user]) => !user.isDisabled && user.roles.includes('sovereign')).map(([id]) => id);
  }

  private *judgePower(action: Action): Iterable<ProblemCode> {
    const after = this.after(action);
    const own = this.powersOf(action.actor);
    const touched = this.touchedBy(action);
    if (touched.includes(action.actor)) yield 'self-change';
    const states = [this, after].flatMap((model) => [
      ...touched.map((id) => model.powersOf(id)),
      ...('name' in action ? [model.powersOfRoles([action.name])] : []),
    ]);
    const isStopped = action.kind === 'disable' && this.administersLess(action.target, action.actor);
    if (!isStopped && states.some((powers) => !isIncluded(powers, own))) yield 'beyond-your-power';
    if (after.sovereigns.length === 0) yield 'last-sovereign';
    if ('inherits' in action && after.inheritsItself(action.name)) yield 'role-cycle';
  }

  private administersLess(id: string, than: string): boolean {
    const [less, more] = [id, than].map((one) => {
      const powers = [...this.powersOf(one)];
      return new Set(powers.filter((power) => power === '*' || power.startsWith('auth:')));
    });
    return less !== undefined && more !== undefined && isIncluded(less, more) && !isIncluded(more, less);
  }

  private touchedBy(action: Action): string[] {
    if ('target' in action) return [action.target];
    return [...this.users].filter(([, user]) => this.rolesOf(user.roles).has(action.name)).map(([id]) => id);
  }

  private user(id: string): Member {
    const user = this.users.get(id);
    if (!user) throw new Error(`The model has no user ${id}`);
    return user;
  }

  private change(id: string, change: Partial<Member>): void {
    const user = this.user(id);
    this.users.set(id, { ...user, ...change, version: user.version + 1, generation: user.generation + 1 });
  }

  private powersOfRoles(names: readonly string[]): Powers {
    const roles = [...this.rolesOf(names)];
    return new Set(roles.flatMap((name) => this.definition(name).permissions.flatMap(meaningOf)));
  }

  /** The roles with all that they inherit: the least set that holds them and is closed under inheritance. */
  private rolesOf(names: readonly string[]): ReadonlySet<string> {
    const all = new Set(names);
    for (const name of all) for (const parent of this.definition(name).inherits) all.add(parent);
    return all;
  }

  private inheritsItself(name: string): boolean {
    return this.rolesOf(this.definition(name).inherits).has(name);
  }

  private isUsed(name: string): boolean {
    const isHeld = [...this.users.values()].some(({ roles }) => roles.includes(name));
    return isHeld || [...this.roles.values()].some(({ inherits }) => inherits.includes(name));
  }

  private definition(name: string): { permissions: readonly string[]; inherits: readonly string[] } {
    const builtIn = Object.entries(ROLES).find(([one]) => one === name)?.[1];
    if (!builtIn) return this.roles.get(name) ?? { permissions: [], inherits: [] };
    return { permissions: builtIn.permissions, inherits: 'inherits' in builtIn ? builtIn.inherits : [] };
  }
}

function changeOf(action: Extract<Action, { target: string }>): Partial<Member> {
  switch (action.kind) {
    case 'set-roles':
      return { roles: [...new Set(action.roles)] };
    case 'set-clearance':
      return { clearance: action.clearance };
    case 'disable':
    case 'enable':
      return { isDisabled: action.kind === 'disable' };
  }
}
