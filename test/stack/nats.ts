import { readFileSync } from 'node:fs';

import { connect, headers, type NatsConnection, nkeyAuthenticator } from '@nats-io/transport-node';

import { type NatsUser, stack, type StackDescription } from './stack.js';

const PATIENCE_MS = 10_000;

/** A connection to NATS under a user's own NKey, as the process itself would have it. Whoever opens it closes it. */
export async function natsAs(user: NatsUser, on: StackDescription = stack()): Promise<NatsConnection> {
  const seed = readFileSync(on.nats.nkeySeeds[user], 'utf8').trim();
  return connect({
    servers: on.nats.url,
    tls: { ca: readFileSync(on.nats.ca, 'utf8') },
    authenticator: nkeyAuthenticator(new TextEncoder().encode(seed)),
    // What the permissions let each hear: see natsPermissions of @citadel/stack.
    inboxPrefix: user === 'gateway' ? '_INBOX' : `_INBOX.${user}`,
    name: `story as ${user}`,
    maxReconnectAttempts: 0,
  });
}

export interface Reply {
  readonly response?: unknown;
  /** The problem, if the service refused. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly err?: any;
}

/** Sends a request past the gateway, in the form that services expect: to find out what they do on their own. */
export async function request(
  connection: NatsConnection,
  subject: string,
  data: unknown,
  token?: string,
): Promise<Reply> {
  const carried = headers();
  if (token !== undefined) carried.set('authorization', `Bearer ${token}`);
  const payload = JSON.stringify({ pattern: subject, data, id: '1' });
  const message = await connection.request(subject, payload, { timeout: PATIENCE_MS, headers: carried });
  return message.json<Reply>();
}
