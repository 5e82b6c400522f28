import { rmSync } from 'node:fs';

import type { DatabaseServiceName } from '@citadel/contracts';

import { writePrivateFile } from './secrets/private-files.js';
import type { NatsUser, ProcessName } from './service-names.js';

/** What `.citadel/stack.json` says to tools and tests about the stack that runs. */
export interface StackDescription {
  /** URL without a slash at its end; the issuer of the tokens, too. */
  readonly gateway: string;
  /** Certificate (PEM file) to trust. */
  readonly ca: string;
  readonly users: readonly { readonly email: string; readonly password: string; readonly roles: readonly string[] }[];
  readonly processes: readonly { readonly name: ProcessName; readonly pid: number }[];
  readonly nats: {
    readonly url: string;
    readonly ca: string;
    readonly nkeySeeds: Readonly<Record<NatsUser, string>>;
  };
  readonly databases: Readonly<Record<DatabaseServiceName, string>>;
  /** The same, with the logins that `npm run db:migrate` needs. */
  readonly migratorDatabases: Readonly<Record<DatabaseServiceName, string>>;
}

/** It holds passwords, so it is for its owner alone, and gone when the stack is. */
export function writeStackFile(file: string, description: StackDescription): void {
  writePrivateFile(file, `${JSON.stringify(description, null, 2)}\n`);
}

export function removeStackFile(file: string): void {
  rmSync(file, { force: true });
}
