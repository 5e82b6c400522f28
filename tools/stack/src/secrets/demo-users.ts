import { randomBytes } from 'node:crypto';

import { ALL_ROLES, type Role } from '@citadel/contracts';

import { readIfThere, writePrivateFile } from './private-files.js';

export interface DemoUser {
  readonly email: string;
  readonly password: string;
  readonly roles: readonly Role[];
}

/** One user for each built-in role, with passwords that are made once and kept; a role added later gets its user, too. */
export function keepDemoUsers(file: string): readonly DemoUser[] {
  const known = passwordsIn(readIfThere(file));
  const users = ALL_ROLES.map((role) => {
    const email = `${role}@citadel.test`;
    return { email, password: known.get(email) ?? randomPassword(), roles: [role] };
  });
  writePrivateFile(file, `${JSON.stringify(users, null, 2)}\n`);
  return users;
}

/** 144 random bits in 24 characters that neither a shell nor a URL gives a meaning. */
export function randomPassword(): string {
  return randomBytes(18).toString('base64url').replaceAll(/^-|-$/g, 'x');
}

function passwordsIn(text: string | undefined): Map<string, string> {
  if (text === undefined) return new Map();
  // The file is written by keepDemoUsers alone.
  const users = JSON.parse(text) as DemoUser[];
  return new Map(users.map((user) => [user.email, user.password]));
}
