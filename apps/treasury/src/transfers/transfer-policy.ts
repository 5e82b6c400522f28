import { isOwner, isSecondPerson, type Principal } from '@citadel/auth';
import type { ProblemCode } from '@citadel/contracts';

import { mayPayInto, type Party } from '../accounts/account-policy.js';

type Verdict<Currency> = { readonly currency: Currency } | { readonly refusal: ProblemCode };
type Side<Currency> = Party & { readonly currency: Currency };

/**
 * Whether somebody may move money between two accounts, whatever these hold, and in which currency. Money leaves an
 * account by its owner's will alone, and a vault has no owner. An account that the caller may not use here is as good as
 * missing.
 */
export function verdictOn<Currency extends string>(
  from: Side<Currency> | undefined,
  to: Side<Currency> | undefined,
  user: Principal,
): Verdict<Currency> {
  if (!from || !isOwner(user, from)) return { refusal: 'account-not-found' };
  if (!to || !mayPayInto(to, user)) return { refusal: 'account-not-found' };
  if (from.id === to.id) return { refusal: 'same-account' };
  if (from.currency !== to.currency) return { refusal: 'currency-mismatch' };
  return { currency: from.currency };
}

/** Whether somebody who may draw on vaults may issue money to this account, and in which currency: to others alone. */
export function verdictOnDraw<Currency extends string>(
  to: Side<Currency> | undefined,
  user: Principal,
): Verdict<Currency> {
  if (to?.kind !== 'customer') return { refusal: 'account-not-found' };
  if (!isSecondPerson(user, to.ownerId)) return { refusal: 'self-issue' };
  return { currency: to.currency };
}
