import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';

import type { StackDescription } from '@citadel/stack';

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export type Credentials = Readonly<Record<string, string>>;

/** Calls the gateway of a stack over connections that stay open. */
export class Gateway {
  private readonly agent: Agent;

  constructor(private readonly stack: Pick<StackDescription, 'gateway' | 'ca'>) {
    this.agent = new Agent({ ca: readFileSync(stack.ca), keepAlive: true, maxSockets: 64 });
  }

  call(method: string, path: string, token?: string, body?: object): Promise<Answer> {
    return this.send(method, path, token === undefined ? {} : { authorization: `Bearer ${token}` }, body);
  }

  /** @param credentials - headers that say who is calling */
  send(method: string, path: string, credentials: Credentials, body?: object): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const headers = { ...credentials, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
      const outgoing = request(`${this.stack.gateway}${path}`, { method, agent: this.agent, headers, timeout: 10_000 });
      outgoing.once('timeout', () => outgoing.destroy(new Error(`${method} ${path} was not answered`)));
      outgoing.once('error', reject);
      outgoing.once('response', (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.once('error', reject);
        incoming.once('end', () => {
          const text = Buffer.concat(chunks).toString();
          resolve({
            status: incoming.statusCode ?? 0,
            body: text === '' ? {} : (JSON.parse(text) as Answer['body']),
          });
        });
      });
      outgoing.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  /** @throws Error unless it is answered with this status */
  async expect(expected: number, ...[method, path, ...rest]: Parameters<Gateway['call']>): Promise<Answer['body']> {
    const { status, body } = await this.call(method, path, ...rest);
    if (status === expected) return body;
    throw new Error(`${method} ${path} was answered ${String(status)} ${JSON.stringify(body)}`);
  }

  /** An access token for a user of the stack. */
  async logIn(email: string, password: string): Promise<{ token: string; session: string }> {
    const body = await this.expect(200, 'POST', '/v1/auth/login', undefined, { email, password });
    const token = String(body['access_token']);
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { sid: string };
    return { token, session: claims.sid };
  }

  close(): void {
    this.agent.destroy();
  }
}

/** The demo user of a role. */
export function userOf(stack: StackDescription, role: string) {
  const found = stack.users.find(({ roles }) => roles.includes(role));
  if (!found) throw new Error(`The stack has no user with the role ${role}`);
  return found;
}
