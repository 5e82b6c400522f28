import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';

import type { StackDescription } from '@citadel/stack';
import { connect, headers, type NatsConnection, nkeyAuthenticator } from '@nats-io/transport-node';

import { Gateway, userOf } from './gateway.js';
import { summary } from './percentiles.js';

const TIMES = 200;
const PATIENCE_MS = 5_000;

interface Round {
  readonly gateway: number;
  readonly treasury: number;
  readonly archives: number;
}

/**
 * How long a revoked token still works: from the administrator's HTTP answer to the first refusal, by the gateway on the
 * way to the treasury, and by treasury and archives themselves, asked straight over NATS in a tight loop that began
 * before the revocation.
 */
export async function measureRevocation(stack: StackDescription): Promise<string[]> {
  const gateway = new Gateway(stack);
  const bus = await connectAsGateway(stack);
  const rounds: Round[] = [];
  try {
    const warden = userOf(stack, 'warden');
    let citizen = await register(gateway);
    const { token: administrator } = await gateway.logIn(warden.email, warden.password);
    for (let round = 0; round < TIMES; round++) {
      // Nobody may log in without end.
      if (round % 50 === 49) citizen = await register(gateway);
      const { token, session } = await gateway.logIn(citizen.email, citizen.password);
      rounds.push(await measureOnce(gateway, bus, administrator, token, session));
      if ((round + 1) % 50 === 0)
        process.stderr.write(`${String(round + 1)} of ${String(TIMES)} revocations measured\n`);
    }
  } finally {
    gateway.close();
    await bus.close();
  }
  return [
    summary(
      'first refusal by the gateway',
      rounds.map((round) => round.gateway),
    ),
    summary(
      'first refusal by treasury itself',
      rounds.map((round) => round.treasury),
    ),
    summary(
      'first refusal by archives itself',
      rounds.map((round) => round.archives),
    ),
  ];
}

async function register(gateway: Gateway): Promise<{ email: string; password: string }> {
  const user = { email: `bench-${randomUUID()}@citadel.test`, password: `trebuchet ${randomUUID()}` };
  const { status } = await gateway.call('POST', '/v1/auth/register', undefined, user);
  if (status !== 201) throw new Error(`A citizen cannot register: ${status}`);
  return user;
}

async function measureOnce(
  gateway: Gateway,
  bus: NatsConnection,
  administrator: string,
  token: string,
  session: string,
): Promise<Round> {
  const refused = {
    gateway: firstRefusal(async () => (await gateway.call('GET', '/v1/treasury/accounts', token)).status === 401),
    treasury: firstRefusal(() => isRefused(bus, 'treasury.listAccounts', token)),
    archives: firstRefusal(() => isRefused(bus, 'archives.listDocuments', token)),
  };
  const { status, body } = await gateway.call('POST', '/v1/tokens/revoke', administrator, { sid: session });
  const answered = performance.now();
  if (status !== 204) throw new Error(`The revocation was answered ${String(status)} ${JSON.stringify(body)}`);
  // A refusal that comes before the answer is a revocation that was faster than its announcement.
  const since = async (moment: Promise<number>) => Math.max(0, (await moment) - answered);
  return {
    gateway: await since(refused.gateway),
    treasury: await since(refused.treasury),
    archives: await since(refused.archives),
  };
}

/** The moment at which a request that was refused had been sent: what was sent later is refused as well. */
async function firstRefusal(attempt: () => Promise<boolean>): Promise<number> {
  const deadline = performance.now() + PATIENCE_MS;
  while (performance.now() < deadline) {
    if (await attempt()) return performance.now();
  }
  throw new Error(`A revoked token still worked after ${String(PATIENCE_MS)} ms`);
}

async function isRefused(bus: NatsConnection, subject: string, token: string): Promise<boolean> {
  const carried = headers();
  carried.set('authorization', `Bearer ${token}`);
  const payload = JSON.stringify({ pattern: subject, data: {}, id: '1' });
  const reply = (await bus.request(subject, payload, { timeout: PATIENCE_MS, headers: carried })).json<{
    err?: { code?: string };
  }>();
  return reply.err?.code === 'unauthenticated';
}

function connectAsGateway({ nats }: StackDescription): Promise<NatsConnection> {
  const seed = new TextEncoder().encode(readFileSync(nats.nkeySeeds.gateway, 'utf8').trim());
  return connect({
    servers: nats.url,
    tls: { ca: readFileSync(nats.ca, 'utf8') },
    authenticator: nkeyAuthenticator(seed),
  });
}
