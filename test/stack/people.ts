import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { CONTRACT_NAMES, type ContractName, CONTRACTS } from '@citadel/contracts';
import { connectionOf } from '@citadel/platform/database';
import { probeOf } from '@citadel/protocol';
import type { NatsConnection } from '@nats-io/transport-node';
import { Client } from 'pg';

import { type Answer, http } from './http.js';
import { request } from './nats.js';
import { stack, type StackDescription } from './stack.js';

export interface Person {
  readonly id: string;
  readonly email: string;
  readonly password: string;
}

/** What a login or a refresh gives to whoever keeps tokens themselves. */
export interface Tokens {
  readonly access: string;
  readonly refresh: string;
  /** `sub`, `sid` and `jti` of the access token. */
  readonly claims: { readonly sub: string; readonly sid: string; readonly jti: string };
}

/** Somebody who has just registered: no other story knows them, so their sessions are this story's alone. */
export async function newcomer(on: StackDescription = stack()): Promise<Person> {
  const credentials = { email: `${randomUUID()}@citadel.test`, password: `harbour ${randomUUID()}` };
  const { status, body, text } = await http('POST', '/v1/auth/register', { body: credentials, on });
  if (status !== 201) throw new Error(`Registering failed: ${String(status)} ${text}`);
  return { ...credentials, id: String(body.id) };
}

/** Logs somebody in, on a device of that name. */
export async function logIn(
  { email, password }: Omit<Person, 'id'>,
  { on = stack(), device = 'story' }: { readonly on?: StackDescription; readonly device?: string } = {},
): Promise<Tokens> {
  const answer = await http('POST', '/v1/auth/login', {
    body: { email, password },
    headers: { 'user-agent': device },
    on,
  });
  if (answer.status !== 200) throw new Error(`${email} cannot log in: ${String(answer.status)} ${answer.text}`);
  return tokensFrom(answer);
}

export const refresh = (token: string, on: StackDescription = stack()) =>
  http('POST', '/v1/auth/refresh', { body: { refresh_token: token }, on });

/** Makes the last uses of a session's refresh tokens longer ago: a story cannot wait for the grace window to pass. */
export async function ageRefreshTokens(
  seconds: number,
  sessionId: string,
  on: StackDescription = stack(),
): Promise<void> {
  const client = new Client(connectionOf(on.databases.auth, readFileSync(on.ca, 'utf8')));
  await client.connect();
  const sql = 'UPDATE refresh_tokens SET used_at = used_at - make_interval(secs => $1) WHERE session_id = $2';
  await client.query(sql, [seconds, sessionId]).finally(() => client.end());
}

/** The tokens of an answer that gives some. */
export function tokensFrom({ body }: Answer): Tokens {
  const [access, refreshToken] = [String(body.access_token), String(body.refresh_token)];
  const [, payload = ''] = access.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Tokens['claims'];
  return { access, refresh: refreshToken, claims };
}

/** Every service that answers on NATS. */
export const EVERYBODY = CONTRACT_NAMES;

/** Who trusts a token at this moment: each service is asked itself, past the gateway. */
export async function servicesAccepting(
  bus: NatsConnection,
  token: string,
  asked: readonly ContractName[] = EVERYBODY,
): Promise<ContractName[]> {
  const verdicts = asked.map(async (service) => {
    const { err } = await request(bus, probeOf(CONTRACTS[service]).subject, {}, token);
    if (err && Number(err.status) >= 500) throw new Error(`${service} answers ${JSON.stringify(err)}`);
    return { service, isAccepted: err?.status !== 401 };
  });
  return (await Promise.all(verdicts)).filter(({ isAccepted }) => isAccepted).map(({ service }) => service);
}

/** Milliseconds until none of the services trusts any of the tokens, or until each trusts all of them. */
export async function untilAccepted(
  bus: NatsConnection,
  tokens: readonly string[],
  isAccepted: boolean,
  asked: readonly ContractName[] = EVERYBODY,
): Promise<number> {
  const began = performance.now();
  for (;;) {
    const all = await Promise.all(tokens.map((token) => servicesAccepting(bus, token, asked)));
    const took = performance.now() - began;
    if (all.every(({ length }) => length === (isAccepted ? asked.length : 0))) return took;
    if (took > 10_000) throw new Error(`After 10 s: trusted by ${JSON.stringify(all)}`);
  }
}
