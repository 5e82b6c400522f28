import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';

import type { Answer } from './answer.js';
import type { HttpCall } from './battlefield.js';

const PATIENCE_MS = 15_000;

/** Calls the gateway as an attacker does: paths and headers leave as they are given, nothing is tidied up. */
export function httpClient(gateway: string, caFile: string) {
  const { hostname, port } = new URL(gateway);
  const agent = new Agent({ ca: readFileSync(caFile), maxSockets: 32, keepAlive: true });

  const call = (method: string, path: string, { token, body, raw, headers = {} }: HttpCall = {}): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
      const sent = {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(payload === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }),
        ...headers,
      };
      const outgoing = request({ hostname, port, method, path, agent, headers: sent, timeout: PATIENCE_MS });
      outgoing.once('timeout', () => outgoing.destroy(new Error(`${method} ${path}: no answer`)));
      outgoing.once('error', reject);
      outgoing.once('response', (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.once('error', reject);
        incoming.once('end', () => {
          const parsed = parse(Buffer.concat(chunks).toString());
          resolve({ status: incoming.statusCode ?? 0, code: codeOf(parsed), body: parsed });
        });
      });
      outgoing.end(payload);
    });
  return { call, close: () => agent.destroy() };
}

/** The code of a problem; empty for anything else. */
export const codeOf = (body: unknown): string =>
  typeof body === 'object' && body !== null && 'code' in body ? String(body.code) : '';

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
