import { readFileSync } from 'node:fs';

import { type Answer, callGateway } from '../call-gateway.js';
import { demoUser, runningStack, stackFileInUse } from '../running-stack.js';
import type { StackDescription } from '../stack-file.js';
import { TokenFile } from '../token-file.js';

const USAGE = `npm run -s call <role> <METHOD> <path> [body] [.member]

  npm run -s call citizen GET /v1/auth/me .id
  npm run -s call citizen POST /v1/treasury/accounts '{"name":"Household","currency":"EUR"}'

A body of - is read from the standard input.`;

/**
 * `npm run -s call`: one request as the demo user of a role. Passwords and tokens stay in files that are for their owner
 * alone: on a command line, every user of this machine could read them.
 */
export async function call([role, method, target, ...rest]: readonly string[]): Promise<number> {
  if (!role || !method || !target?.startsWith('/')) {
    console.error(USAGE);
    return 64;
  }
  const file = stackFileInUse();
  const stack = runningStack(file);
  const tokens = new TokenFile(file);
  const token = tokens.of(role) ?? (await logIn(stack, role, tokens));

  const member = rest.find((one) => one.startsWith('.'))?.slice(1);
  const given = rest.find((one) => !one.startsWith('.'));
  const body = given === '-' ? readFileSync(0, 'utf8') : given;
  const answer = await callGateway(stack, { method: method.toUpperCase(), path: target, token, body });
  console.error(`${String(answer.status)} ${answer.statusText}`);
  if (answer.text !== '') console.log(shown(answer, member));
  if (answer.status === 401) {
    tokens.forget(role);
    console.error(`The token of ${role} is not accepted any more; the next call logs in again.`);
  }
  return 0;
}

async function logIn(stack: StackDescription, role: string, tokens: TokenFile): Promise<string> {
  const { email, password } = demoUser(stack, role);
  const body = JSON.stringify({ email, password });
  const answer = await callGateway(stack, { method: 'POST', path: '/v1/auth/login', body });
  if (answer.status !== 200) throw new Error(`${email} cannot log in: ${answer.text}`);
  // As the contract has it.
  const { access_token, expires_in } = JSON.parse(answer.text) as { access_token: string; expires_in: number };
  tokens.keep(role, access_token, expires_in);
  return access_token;
}

function shown({ text, isJson }: Answer, member: string | undefined): string {
  if (!isJson) return text;
  const parsed: unknown = JSON.parse(text);
  const members: Readonly<Record<string, unknown>> = { ...(parsed as object) };
  const wanted = member === undefined ? parsed : members[member];
  return typeof wanted === 'string' ? wanted : (JSON.stringify(wanted, undefined, 2) ?? '');
}
