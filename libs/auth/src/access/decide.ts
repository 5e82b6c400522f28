import { CLEARANCES, isCleared, problem, type Problem } from '@citadel/protocol';

import { type Principal, holds } from '../principal.js';
import type { AccessRule } from './access-rule.js';

/**
 * The whole access decision for a handler's declared rules, without any transport in it.
 *
 * Refuses: a handler that declares nothing, a caller without a principal wherever a rule other than public stands, and
 * a principal that fails any one rule.
 *
 * @param clearances - the levels that exist, lowest first
 * @returns the problem to throw, or `undefined` when the call may go on
 */
export function decide(
  rules: readonly AccessRule[],
  principal: Principal | undefined,
  now = new Date(),
  clearances: readonly string[] = CLEARANCES,
): Problem | undefined {
  if (rules.length === 0) return problem('undeclared-access');
  for (const rule of rules) {
    const refusal = check(rule, principal, now, clearances);
    if (refusal) return refusal;
  }
  return undefined;
}

function check(
  rule: AccessRule,
  principal: Principal | undefined,
  now: Date,
  clearances: readonly string[],
): Problem | undefined {
  if (rule.kind === 'public') return undefined;
  if (!principal) return problem('unauthenticated');
  switch (rule.kind) {
    case 'authenticated':
      return undefined;
    case 'roles':
      if (rule.anyOf.some((role) => principal.roles.includes(role))) return undefined;
      return problem('missing-role', { detail: `Needs one of the roles ${rule.anyOf.join(', ')}`, roles: rule.anyOf });
    case 'permissions': {
      const permission = rule.allOf.find((name) => !holds(principal, name as never));
      if (permission === undefined) return undefined;
      return problem('missing-permission', { detail: `Needs the permission ${permission}`, permission });
    }
    case 'clearance':
      if (isCleared(principal.clearance, rule.atLeast, clearances)) return undefined;
      return problem('insufficient-clearance', { detail: `Needs the clearance ${rule.atLeast}` });
    case 'recent-login': {
      const age = (now.getTime() - (principal.authenticatedAt?.getTime() ?? -Infinity)) / 1000;
      if (age <= rule.maxAge) return undefined;
      const detail = `Log in again: this needs a login of the last ${String(rule.maxAge / 60)} minutes`;
      return problem('insufficient-user-authentication', { detail, maxAge: rule.maxAge });
    }
  }
}
