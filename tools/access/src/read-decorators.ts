import 'reflect-metadata';
import { ARCHIVES_CONTROLLERS } from '@citadel/archives-service/module';
import { type AccessRule, rulesOf } from '@citadel/auth';
import { AUTH_CONTROLLERS } from '@citadel/auth-service/module';
import { CONTRACTS } from '@citadel/contracts';
import type { Contract, Operation } from '@citadel/protocol';
import { HANDLED_OPERATION } from '@citadel/platform';
import { TREASURY_CONTROLLERS } from '@citadel/treasury-service/module';

/** An operation, and the rules that its handler and the handler's class declare. */
export interface Guarded {
  readonly operation: Operation;
  readonly rules: readonly AccessRule[];
}

export type Controller = abstract new (...values: never[]) => object;

/** A contract, and the controllers that answer it. */
export type Service = readonly [contract: Contract, controllers: readonly Controller[]];

// A contract without a line does not compile.
const CONTROLLERS: Readonly<Record<keyof typeof CONTRACTS, readonly Controller[]>> = {
  auth: AUTH_CONTROLLERS,
  treasury: TREASURY_CONTROLLERS,
  archives: ARCHIVES_CONTROLLERS,
};

export const SERVICES: readonly Service[] = Object.entries(CONTROLLERS).map(([name, controllers]) => [
  // The keys are those of CONTRACTS.
  CONTRACTS[name as keyof typeof CONTRACTS],
  controllers,
]);

/**
 * Every operation with the rules of its handler, read from the decorators as the running services read them.
 *
 * @throws Error if an operation has no handler: a matrix with a hole would look like a matrix
 */
export function readDecorators(services: readonly Service[] = SERVICES): Guarded[] {
  return services.flatMap(([contract, controllers]) => {
    const handled = controllers.flatMap(handlersOf);
    return Object.values(contract).map((operation) => {
      const found = handled.find((one) => one.operation.id === operation.id);
      if (!found) throw new Error(`${operation.id} has no handler; add one with @Handles`);
      return found;
    });
  });
}

function handlersOf(controller: Controller): Guarded[] {
  const prototype = controller.prototype as object;
  return Object.getOwnPropertyNames(prototype).flatMap((name) => {
    const handler: unknown = Reflect.get(prototype, name);
    if (typeof handler !== 'function') return [];
    // Written by @Handles, which takes operations only.
    const operation = Reflect.getMetadata(HANDLED_OPERATION, handler) as Operation | undefined;
    return operation ? [{ operation, rules: rulesOf(handler, controller) }] : [];
  });
}
