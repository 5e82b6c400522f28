import type { Principal } from '@citadel/auth';
import type { ProblemCode } from '@citadel/contracts';

import { mayPayInto, mayTakeFrom, type Party } from '../accounts/account-policy.js';

type Verdict<Currency> = { readonly currency: Currency } | { readonly refusal: ProblemCode };

/**
 * Whether somebody may move money between two accounts, whatever these hold, and in which currency. An account that
 * the caller may not use here is as good as missing.
 */
export function verdictOn<Currency extends string>(
  from: (Party & { readonly currency: Currency }) | undefined,
  to: (Party & { readonly currency: Currency }) | undefined,
  user: Principal,
): Verdict<Currency> {
  if (!from || !mayTakeFrom(from, user)) return { refusal: 'account-not-found' };
  if (!to || !mayPayInto(to, user)) return { refusal: 'account-not-found' };
  if (from.id === to.id) return { refusal: 'same-account' };
  if (from.currency !== to.currency) return { refusal: 'currency-mismatch' };
  return { currency: from.currency };
}
