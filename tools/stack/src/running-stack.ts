import { readIfThere } from './secrets/private-files.js';
import type { StackDescription } from './stack-file.js';
import { stackHome } from './stack-home.js';

/** The file of the stack that is meant: the one named by CITADEL_STACK, or that of this folder. */
export function stackFileInUse(): string {
  return process.env.CITADEL_STACK ?? stackHome().stackFile;
}

/** @throws Error if no stack runs, with the command that starts one */
export function runningStack(file: string = stackFileInUse()): StackDescription {
  const text = readIfThere(file);
  if (text === undefined) throw new Error(`No stack runs here (there is no ${file}). \`npm start\` starts one.`);
  // Written by this package alone.
  return JSON.parse(text) as StackDescription;
}

export type DemoUser = StackDescription['users'][number];

/** @throws Error if the stack has no such user, with the roles that it has */
export function demoUser({ users }: Pick<StackDescription, 'users'>, role: string): DemoUser {
  const found = users.find(({ roles }) => roles.includes(role));
  if (found) return found;
  throw new Error(`No demo user has the role ${role}; there are ${users.flatMap(({ roles }) => roles).join(', ')}`);
}
