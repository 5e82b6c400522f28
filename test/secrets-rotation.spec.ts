import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import path from 'node:path';
import type { TLSSocket } from 'node:tls';

import { rotateSecrets } from '@citadel/stack';
import { connectionOf } from '@citadel/platform/database';
import { connect, nkeyAuthenticator } from '@nats-io/transport-node';
import { Client } from 'pg';

import { http } from './stack/http.js';
import { type Stack, type StackDescription, startOwnStack } from './stack/stack.js';

/** A stack before and after its secrets were rotated, and what people had of it before. */
let own: Stack | undefined;
let before: StackDescription;
let seedBefore: Uint8Array;
let certificateBefore: string;
const people = { access: '', refresh: '', ended: '', account: '' };

beforeAll(async () => {
  own = await startOwnStack();
  before = own.describe();
  seedBefore = new TextEncoder().encode(readFileSync(before.nats.nkeySeeds.treasury, 'utf8').trim());
  certificateBefore = await certificateOf(before);
  const [staying, leaving] = [await logIn(), await logIn()];
  const household = { name: 'Household', currency: 'EUR' };
  const token = staying.access_token;
  const opened = await http('POST', '/v1/treasury/accounts', { on: before, token, body: household });
  await http('POST', '/v1/auth/logout', { on: before, token: leaving.access_token });
  Object.assign(people, { access: staying.access_token, refresh: staying.refresh_token });
  Object.assign(people, { ended: leaving.access_token, account: opened.body.id });

  await onDatabase(before, (client) =>
    client.query("DELETE FROM user_roles USING users WHERE id = user_id AND email = 'teller@citadel.test'"),
  );

  await own.stop();
  const secrets = path.dirname(before.ca);
  rotateSecrets(secrets);
  own = await startOwnStack({ home: path.dirname(secrets) });
}, 240_000);
afterAll(() => own?.discard(), 60_000);

interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
}

async function logIn(): Promise<Tokens> {
  const citizen = before.users.find(({ roles }) => roles.includes('citizen'));
  const body = { email: citizen?.email, password: citizen?.password };
  const answer = await http('POST', '/v1/auth/login', { on: before, body });
  // What logins answer by their contract.
  return answer.body as Tokens;
}

const now = (): StackDescription => {
  if (!own) throw new Error('The stack did not start');
  return own.describe();
};
const ask = (token: string) => http('GET', `/v1/treasury/accounts/${people.account}`, { on: now(), token });

describe('a stack whose secrets were rotated', () => {
  it('has lost nothing, and logs no user out', async () => {
    expect(await ask(people.access)).toMatchObject({ status: 200, body: { name: 'Household' } });
    const refreshed = await http('POST', '/v1/auth/refresh', { on: now(), body: { refresh_token: people.refresh } });
    expect(refreshed.status).toBe(200);
    expect((await ask(String(refreshed.body.access_token))).status).toBe(200);
  });

  it('leaves demo users that were changed since as they are', async () => {
    const { rows } = await onDatabase(now(), (client) =>
      client.query("SELECT FROM user_roles JOIN users ON id = user_id WHERE email = 'teller@citadel.test'"),
    );
    expect(rows).toEqual([]);
  });

  it('still refuses the tokens of a session that had ended', async () => {
    expect(await ask(people.ended)).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
  });

  it('refuses the old keys at NATS', async () => {
    const { url, ca } = now().nats;
    const options = { servers: url, tls: { ca: readFileSync(ca, 'utf8') }, reconnect: false };
    await expect(connect({ ...options, authenticator: nkeyAuthenticator(seedBefore) })).rejects.toThrow(
      /authorization/i,
    );
  });

  it('refuses the old passwords at the databases', async () => {
    const ca = readFileSync(now().ca, 'utf8');
    for (const url of [before.databases.treasury, before.migratorDatabases.treasury]) {
      await expect(new Client(connectionOf(url, ca)).connect()).rejects.toMatchObject({ code: '28P01' });
    }
  });

  it('shows another certificate, of the authority that clients trust', async () => {
    expect(now().ca).toBe(before.ca);
    expect(await certificateOf(now())).not.toBe(certificateBefore);
  });
});

async function onDatabase<T>({ databases, ca }: StackDescription, ask: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client(connectionOf(databases.auth, readFileSync(ca, 'utf8')));
  await client.connect();
  try {
    return await ask(client);
  } finally {
    await client.end();
  }
}

function certificateOf({ gateway, ca }: StackDescription): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request(`${gateway}/health/ready`, { ca: readFileSync(ca), agent: false }, (answer) => {
      answer.resume();
      // An answer over https came through a TLS socket.
      resolve((answer.socket as TLSSocket).getPeerCertificate().fingerprint256);
    });
    asked.once('error', reject).end();
  });
}
