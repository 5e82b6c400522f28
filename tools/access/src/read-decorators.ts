import 'reflect-metadata';
import { type AccessRule, rulesOf } from '@citadel/auth';
import { CONTRACT_NAMES, type ContractName, CONTRACTS } from '@citadel/contracts';
import type { Contract, Operation } from '@citadel/protocol';
import { HANDLED_OPERATION } from '@citadel/platform';

/** An operation, and the rules that its handler and the handler's class declare. */
export interface Guarded {
  readonly operation: Operation;
  readonly rules: readonly AccessRule[];
}

export type Controller = abstract new (...values: never[]) => object;

/** A contract, and the controllers that answer it. */
export type Service = readonly [contract: Contract, controllers: readonly Controller[]];

/** Every service of the register that answers a contract. */
export const SERVICES: readonly Service[] = await Promise.all(
  CONTRACT_NAMES.map(async (name) => [CONTRACTS[name], await controllersOf(name)] as const),
);

/** What the package of a service exports as `CONTROLLERS` from its entry `./module`. @throws Error if it does not */
async function controllersOf(name: ContractName): Promise<readonly Controller[]> {
  const entry = `@citadel/${name}-service/module`;
  const { CONTROLLERS } = (await import(entry)) as { readonly CONTROLLERS?: readonly Controller[] };
  if (!CONTROLLERS) throw new Error(`${entry} exports no CONTROLLERS: the access matrix is read from their decorators`);
  return CONTROLLERS;
}

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
