import { archives, auth, type Operation, treasury } from '@citadel/contracts';

/** Everything that can be asked for, from the contracts: what is added there is attacked here. */
export const OPERATIONS: readonly Operation[] = [
  ...Object.values(auth),
  ...Object.values(treasury),
  ...Object.values(archives),
];

export const GUARDED = OPERATIONS.filter((operation) => !operation.public);

export type OperationId =
  `auth.${keyof typeof auth}` | `treasury.${keyof typeof treasury}` | `archives.${keyof typeof archives}`;

/** The path of an operation with its parameters filled in. */
export const pathOf = ({ path }: Operation, params: Readonly<Record<string, string>>): string =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? 'unknown'));
