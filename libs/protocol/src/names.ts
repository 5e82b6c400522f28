/**
 * The names of your system, for the compiler: `permission`, `role`, `problem` and `clearance`. Augment it once, and a name
 * that does not exist no longer compiles in `@Roles`, `@RequirePermissions`, `holds` or an operation's `problems`; without
 * it any string is taken, and the clearances are {@link CLEARANCES}.
 *
 * @example
 * declare module '@citadel/protocol' {
 *   interface AccessNames { permission: 'orders:read' | 'orders:write'; role: 'clerk' | 'manager' }
 * }
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- an interface, because only those can be augmented
export interface AccessNames {}

/** The names that the augmentation gives for one kind, or what holds without it. */
type NamesOf<Kind extends string, Otherwise extends string> =
  AccessNames extends Readonly<Record<Kind, infer Name extends string>> ? Name : Otherwise;

export type PermissionName = NamesOf<'permission', string>;
export type RoleName = NamesOf<'role', string>;
export type ProblemName = NamesOf<'problem', string>;

/** The levels of a system that declares none of its own. Lowest first. */
export const CLEARANCES = ['public', 'restricted', 'secret', 'sealed'] as const;

/** How secret a document is, and how secret a document a principal may read. */
export type Clearance = NamesOf<'clearance', (typeof CLEARANCES)[number]>;
