import { carrierOf } from '@citadel/auth';
import { testPrincipal } from '@citadel/auth/testing';
import type { ExecutionContext } from '@nestjs/common';

/** The member of @citadel/auth that is replaced; it is none of what the package exports. */
interface GuardModule {
  readonly CallGuard: { readonly prototype: { canActivate(context: ExecutionContext): boolean } };
}

/**
 * Loaded before the program of a gateway or a service (`node --import`), this lets every call in without a look at its
 * credentials, as somebody who may do everything. All else stays as it is, so that what is measured is what verification
 * costs. It is here, and not a setting of the product: no configuration can turn the guards off.
 */
const module = new URL('call.guard.js', import.meta.resolve('@citadel/auth'));
const { CallGuard } = (await import(module.href)) as GuardModule;
const anybody = testPrincipal({ id: '00000000-0000-7000-8000-00000000bec4', permissions: ['*'] });

CallGuard.prototype.canActivate = (context) => {
  if (context.getType() === 'rpc') carrierOf(context).user = anybody;
  return true;
};
