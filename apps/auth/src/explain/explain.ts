import { ACCESS_TABLE } from '@citadel/contracts';
import { type Clearance, covers, isCleared, type RequiredAccess, type RoleBook } from '@citadel/protocol';

/** Whom an explanation is about. */
export interface Explained {
  readonly roles: readonly string[];
  readonly clearance: Clearance;
  readonly isDisabled: boolean;
}

export interface Explanation {
  readonly isAllowed: boolean;
  /** One sentence for each requirement: what meets it, or what is missing. */
  readonly reasons: readonly string[];
}

/** What an operation asks for, from the real decorators; `undefined` if there is no such operation. */
export function requirementsOf(operation: string): RequiredAccess | undefined {
  return Object.hasOwn(ACCESS_TABLE, operation) ? ACCESS_TABLE[operation] : undefined;
}

/** Why somebody may, or may not, call an operation that asks for this. */
export function explain(required: RequiredAccess, user: Explained, book: RoleBook): Explanation {
  if (required.public) return { isAllowed: true, reasons: ['Anyone may call this operation'] };
  const findings = [
    finding(!user.isDisabled, 'The user is enabled', 'The user is disabled'),
    ...(required.permissions ?? []).map((permission) => explainPermission(permission, user.roles, book)),
    ...(required.roles ? [explainRoles(required.roles, user.roles, book)] : []),
    ...(required.clearance ? [explainClearance(required.clearance, user.clearance)] : []),
  ];
  const login =
    required.recentLogin === undefined ? [] : [`The login must be at most ${String(required.recentLogin)} seconds old`];
  return { isAllowed: findings.every(({ isMet }) => isMet), reasons: [...findings.map(({ text }) => text), ...login] };
}

const finding = (isMet: boolean, met: string, missing: string) => ({ isMet, text: isMet ? met : missing });

function explainPermission(permission: string, roles: readonly string[], book: RoleBook) {
  const sources = book.sourcesOf(permission, roles);
  const isMet = covers(book.permissionsOf(roles), permission);
  return finding(
    isMet,
    `${permission} comes from ${sources.join(', ')}`,
    `${permission} is missing: none of the roles [${roles.join(', ')}] gives it`,
  );
}

function explainRoles(anyOf: readonly string[], roles: readonly string[], book: RoleBook) {
  const held = book.expand(roles).filter((role) => anyOf.includes(role));
  return finding(
    held.length > 0,
    `The role ${held.join(', ')} is held`,
    `One of the roles ${anyOf.join(', ')} is missing`,
  );
}

function explainClearance(asked: Clearance, held: Clearance) {
  return finding(
    isCleared(held, asked),
    `The clearance ${held} is enough`,
    `The clearance ${asked} is needed, ${held} is held`,
  );
}
