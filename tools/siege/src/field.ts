import { randomUUID } from 'node:crypto';

import type { StackDescription } from '@citadel/stack';

import { isSuccess } from './answer.js';
import type { Battlefield, Person } from './battlefield.js';
import { BusClient } from './bus-client.js';
import { databaseClient } from './database-client.js';
import { httpClient } from './http-client.js';
import { stackIssuer } from './stack-issuer.js';

export interface OpenField {
  readonly field: Battlefield;
  readonly close: () => Promise<void>;
}

/** A running stack as a battlefield. Two citizens are registered on it, and a few more by the attacks. */
export async function openField(stack: StackDescription): Promise<OpenField> {
  const { call, close } = httpClient(stack.gateway, stack.ca);
  const bus = new BusClient(stack.nats);
  const { issuer, isReal } = await stackIssuer(stack);

  const logIn = async (credentials: { email: string; password: string }): Promise<Person> => {
    const answer = await call('POST', '/v1/auth/login', { body: credentials });
    if (!isSuccess(answer)) throw new Error(`${credentials.email} cannot log in: ${JSON.stringify(answer.body)}`);
    const { access_token: accessToken, refresh_token: refreshToken } = answer.body as Record<string, string>;
    if (!accessToken || !refreshToken) throw new Error(`${credentials.email} was given no tokens`);
    return { ...credentials, id: subjectOf(accessToken), accessToken, refreshToken };
  };
  const recruit = async () => {
    const credentials = { email: `siege-${randomUUID()}@citadel.test`, password: `trebuchet ${randomUUID()}` };
    const answer = await call('POST', '/v1/auth/register', { body: credentials });
    if (!isSuccess(answer)) throw new Error(`Nobody can register: ${JSON.stringify(answer.body)}`);
    return logIn(credentials);
  };
  const officials = new Map<string, Promise<Person>>();
  const official = (role: string) => {
    const user = stack.users.find(({ roles }) => roles.includes(role));
    if (!user) throw new Error(`The stack has no demo user with the role ${role}`);
    const known = officials.get(role) ?? logIn({ email: user.email, password: user.password });
    officials.set(role, known);
    return known;
  };

  const field: Battlefield = {
    http: call,
    ask: (subject, data, options) => bus.send(subject, JSON.stringify({ pattern: subject, data, id: '1' }), options),
    send: (subject, packet, options) => bus.send(subject, packet, options),
    mayPublish: (service, subject) => bus.mayPublish(service, subject),
    mayHear: (service, subject, queue) => bus.mayHear(service, subject, queue),
    sql: databaseClient(stack),
    askStreams: (user, operation, data, reply) => bus.askStreams(user, operation, data, reply),
    mayConnect: (seed, isEncrypted) => bus.mayConnect(seed, isEncrypted),
    attacker: await recruit(),
    victim: await recruit(),
    official,
    recruit,
    issuer,
    isRealIssuer: isReal,
    patience: { grace: 65_000, revocation: 1_000 },
  };
  return {
    field,
    async close() {
      close();
      await bus.close();
    },
  };
}

function subjectOf(token: string): string {
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { sub: string };
  return claims.sub;
}
