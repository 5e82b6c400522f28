import type { Principal } from '@citadel/auth';
import type { ProblemCode } from '@citadel/contracts';

import { mayPayInto, mayTakeFrom, type Party } from '../accounts/account-policy.js';

interface Side extends Party {
  readonly currency: string;
}

/**
 * Why a transfer between two accounts is refused to somebody, whatever they hold. An account that the caller may not
 * use here is as good as missing.
 */
export function refusalOf(from: Side | undefined, to: Side | undefined, user: Principal): ProblemCode | undefined {
  if (!from || !mayTakeFrom(from, user)) return 'account-not-found';
  if (!to || !mayPayInto(to, user)) return 'account-not-found';
  if (from.id === to.id) return 'same-account';
  if (from.currency !== to.currency) return 'currency-mismatch';
  return undefined;
}
