import { archives } from './archives.js';
import { auth } from './auth/auth.js';
import type { Contract, Operation } from '@citadel/protocol';
import { treasury } from './treasury.js';

/**
 * Every contract, by the name of its service: the one list that the gateway serves, the access matrix is made of, and the
 * stories and the siege attack. What is not here cannot be called from outside.
 */
export const CONTRACTS = { auth, treasury, archives } as const satisfies Readonly<Record<string, Contract>>;

type Contracts = typeof CONTRACTS;

export type OperationId = { [S in keyof Contracts]: `${S}.${keyof Contracts[S] & string}` }[keyof Contracts];

/** Every operation of every contract. */
export const OPERATIONS: readonly Operation[] = Object.values<Contract>(CONTRACTS).flatMap((contract) =>
  Object.values(contract),
);
