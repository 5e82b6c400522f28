import { readFileSync } from 'node:fs';

import { localIssuer } from '@citadel/auth/testing';
import { AUDIENCE } from '@citadel/contracts';
import { connectionOf } from '@citadel/platform/database';
import { Client } from 'pg';
import until from 'p-wait-for';

import { http, tokenOf } from '../stack/http.js';
import { realIssuer } from '../stack/real-issuer.js';
import type { Stack } from '../stack/stack.js';
import { type Asked, type Cell, outcomes, type Tokens } from './table.js';

/** A whole stack with a set of credentials, to which a test does harm. */
export class StackUnderFault {
  private constructor(
    readonly stack: Stack,
    private readonly tokens: Tokens,
  ) {}

  static async of(stack: Stack): Promise<StackUnderFault> {
    const on = stack.describe();
    const issuer = await realIssuer(on);
    const now = Math.floor(Date.now() / 1000);
    const may = { permissions: ['treasury:accounts:read', 'archives:documents:read'] };
    const revoked = await tokenOf('teller', on);
    const { status } = await http('POST', '/v1/auth/logout', { token: revoked, on });
    if (status !== 204) throw new Error(`The teller cannot log out: ${String(status)}`);
    const tokens: Tokens = {
      good: await tokenOf('citizen', on),
      unseen: '',
      revoked,
      expired: issuer.tokenFor(AUDIENCE, { ...may, iat: now - 600, exp: now - 300 }),
      forged: localIssuer({ issuer: on.gateway }).tokenFor(AUDIENCE, may, { kid: issuer.kid }),
    };
    // Each asking makes another one of these, or it would have been seen after the first.
    Object.defineProperty(tokens, 'unseen', { get: () => issuer.tokenFor(AUDIENCE, may) });
    const whole = new StackUnderFault(stack, tokens);
    // The first request of a process that has just started may take longer than it has, on a busy machine.
    await whole.recovered();
    return whole;
  }

  readonly accounts = (token: string = this.tokens.good): Promise<Asked> => this.get('/v1/treasury/accounts', token);

  /** Finds what becomes of the credentials at this moment. */
  async cell(dependency: string, state: string, produced: string): Promise<Cell> {
    const found = await outcomes(this.tokens, this.accounts);
    const documents = await this.get('/v1/archives/documents', this.tokens.good);
    const login = await this.logIn();
    const ready = await this.get('/health/ready');
    const meanwhile = `archives ${String(documents.status)}, login ${String(login)}, readiness ${String(ready.status)}`;
    return { dependency, state, produced, outcomes: found, meanwhile };
  }

  /** Waits until everything works again by itself. */
  async recovered(): Promise<void> {
    const works = async () =>
      (await this.accounts()).status === 200 &&
      (await this.get('/v1/archives/documents', this.tokens.good)).status === 200 &&
      (await this.get('/health/ready')).status === 200 &&
      (await this.get('/v1/auth/me', this.tokens.good)).status === 200;
    await until(works);
  }

  /** Runs with a connection to a service's database, as the owner of its tables. */
  async inDatabase<T>(service: 'auth' | 'treasury', run: (client: Client) => Promise<T>): Promise<T> {
    const { migratorDatabases, ca } = this.stack.describe();
    const client = new Client(connectionOf(migratorDatabases[service], readFileSync(ca, 'utf8')));
    await client.connect();
    return run(client).finally(() => client.end());
  }

  private async get(path: string, token?: string): Promise<Asked> {
    const { status, body } = await http('GET', path, { on: this.stack.describe(), ...(token && { token }) });
    return { status, code: body?.code };
  }

  private async logIn(): Promise<number> {
    const on = this.stack.describe();
    const { email = '', password = '' } = on.users.find(({ roles }) => roles.includes('scribe')) ?? {};
    return (await http('POST', '/v1/auth/login', { body: { email, password }, on })).status;
  }
}
