import { OPERATIONS } from '@citadel/contracts';
import type { Operation } from '@citadel/protocol';

export const GUARDED = OPERATIONS.filter((operation) => !operation.public);

/** The path of an operation with its parameters filled in. */
export const pathOf = ({ path }: Operation, params: Readonly<Record<string, string>>): string =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? 'unknown'));
