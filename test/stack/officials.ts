import { readFileSync } from 'node:fs';

import type { Clearance } from '@citadel/protocol';
import { connectionOf } from '@citadel/platform/database';
import { Client } from 'pg';

import { type Answer, http, tokenOf } from './http.js';
import { logIn, newcomer, type Person, refresh, tokensFrom } from './people.js';
import { stack } from './stack.js';

/** Somebody of a story's own, with roles of their own: what happens to them happens to nobody else. */
export interface Official extends Person {
  /** The newest tokens of their session. */
  token: string;
  refreshToken: string;
}

/** Registers somebody, gives them what they should have, and logs them in. */
export async function official(powers: { roles?: readonly string[]; clearance?: Clearance } = {}): Promise<Official> {
  const person = await newcomer();
  for (const [name, value] of Object.entries(powers)) {
    const changed = await asSovereign('PUT', `/v1/users/${person.id}/${name}`, { [name]: value });
    if (changed.status !== 200) throw new Error(`${person.email} cannot be given ${name}: ${changed.text}`);
  }
  const tokens = await logIn(person);
  return { ...person, token: tokens.access, refreshToken: tokens.refresh };
}

/** Exchanges their refresh token, as a client does whose access token is not taken any more. */
export async function renew(someone: Official): Promise<void> {
  const answer = await refresh(someone.refreshToken);
  if (answer.status !== 200) throw new Error(`${someone.email} cannot refresh: ${answer.text}`);
  const tokens = tokensFrom(answer);
  someone.token = tokens.access;
  someone.refreshToken = tokens.refresh;
}

/** A change by the demo sovereign, of whatever version. */
export async function asSovereign(method: string, path: string, body?: unknown): Promise<Answer> {
  return http(method, path, {
    token: await tokenOf('sovereign'),
    headers: { 'if-match': '*' },
    ...(body === undefined ? {} : { body }),
  });
}

/** Claims of a token that has just been issued. */
export const claimsOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Readonly<Record<string, unknown>>;

/** Runs SQL where the auth service keeps its data: to make old what a story cannot wait for. */
export async function inAuthDatabase(sql: string, values: readonly unknown[]): Promise<void> {
  const { databases, ca } = stack();
  const client = new Client(connectionOf(databases.auth, readFileSync(ca, 'utf8')));
  await client.connect();
  await client.query(sql, [...values]).finally(() => client.end());
}
