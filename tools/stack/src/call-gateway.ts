import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';

import type { StackDescription } from './stack-file.js';

const PATIENCE_MS = 15_000;

export interface Call {
  readonly method: string;
  readonly path: string;
  readonly token?: string | undefined;
  /** JSON. */
  readonly body?: string | undefined;
}

export interface Answer {
  readonly status: number;
  readonly statusText: string;
  readonly text: string;
  readonly isJson: boolean;
}

/** One request to the gateway of a stack, which has to show a certificate of the stack's own authority. */
export function callGateway({ gateway, ca }: Pick<StackDescription, 'gateway' | 'ca'>, call: Call): Promise<Answer> {
  const { method, path, token, body } = call;
  return new Promise((resolve, reject) => {
    const outgoing = request(`${gateway}${path}`, {
      method,
      ca: readFileSync(ca),
      agent: false,
      timeout: PATIENCE_MS,
      headers: {
        // Whatever version it has: a person who tries things out has not read it before.
        'if-match': '*',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
      },
    });
    outgoing.once('timeout', () => outgoing.destroy(new Error(`${gateway} did not answer in ${PATIENCE_MS} ms`)));
    outgoing.once('error', reject);
    outgoing.once('response', (incoming) => {
      const { statusCode: status = 0, statusMessage: statusText = '', headers } = incoming;
      const isJson = /\bjson\b/.test(headers['content-type'] ?? '');
      text(incoming).then((text) => resolve({ status, statusText, text, isJson }), reject);
    });
    outgoing.end(body);
  });
}
