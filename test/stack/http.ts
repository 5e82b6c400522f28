import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';

import type { Role } from '@citadel/contracts';

import { stack, type StackDescription } from './stack.js';

export interface Call {
  readonly token?: string;
  /** Sent as JSON; a string or a buffer is sent as it is. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** The stack to call, if it is not the one that all share. */
  readonly on?: StackDescription;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** The answer parsed, if it is JSON. The system under test decides what it is, so it has no type to trust. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
}

const PATIENCE_MS = 30_000;
const agents = new Map<string, Agent>();

/** Calls the gateway over HTTPS, trusting the stack's authority and no other. */
export async function http(method: string, path: string, call: Call = {}): Promise<Answer> {
  const { on = stack(), token, body, headers = {} } = call;
  const isRaw = body === undefined || typeof body === 'string' || Buffer.isBuffer(body);
  const payload = isRaw ? body : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const outgoing = request(`${on.gateway}${path}`, {
      method,
      agent: agentFor(on.ca),
      timeout: PATIENCE_MS,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(payload === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }),
        ...headers,
      },
    });
    outgoing.once('timeout', () => outgoing.destroy(new Error(`${method} ${path}: no answer`)));
    outgoing.once('error', reject);
    outgoing.once('response', (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.once('error', reject);
      incoming.once('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text, body: parse(text) });
      });
    });
    outgoing.end(payload);
  });
}

const tokens = new Map<string, Promise<string>>();

/** An access token of a role's demo user; one log-in for each, because hashing passwords is slow on purpose. */
export async function tokenOf(role: Role, on: StackDescription = stack()): Promise<string> {
  const key = `${on.gateway} ${role}`;
  const known = tokens.get(key);
  if (known) return known;
  const made = logIn(role, on);
  tokens.set(key, made);
  made.catch(() => tokens.delete(key));
  return made;
}

/** The first logins of a stack that has just started may take longer than its gateway waits, on a busy machine. */
const LOGIN_PATIENCE_MS = 20_000;

async function logIn(role: Role, on: StackDescription): Promise<string> {
  const user = on.users.find(({ roles }) => roles.includes(role));
  if (!user) throw new Error(`The stack has no demo user with the role ${role}`);
  const { email, password } = user;
  const deadline = Date.now() + LOGIN_PATIENCE_MS;
  let answer: Answer;
  do answer = await http('POST', '/v1/auth/login', { body: { email, password }, on });
  while (answer.status === 504 && Date.now() < deadline);
  if (answer.status !== 200) throw new Error(`${email} cannot log in: ${String(answer.status)} ${answer.text}`);
  return String(answer.body.access_token);
}

function agentFor(caFile: string): Agent {
  const agent = agents.get(caFile) ?? new Agent({ ca: readFileSync(caFile), maxSockets: 64 });
  agents.set(caFile, agent);
  return agent;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
