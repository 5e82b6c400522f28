import { generateKeyPairSync } from 'node:crypto';
import { request } from 'node:https';
import { issueCertificate } from '@citadel/database/testing';
import type { RunningProcess } from '@citadel/platform';
import getPort from 'get-port';

import type { GatewayConfig } from '../gateway.config.js';
import { startGateway } from '../start-gateway.js';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  // The gateway under test decides what it is.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
}

export interface Call {
  readonly headers?: Readonly<Record<string, string | string[]>>;
  /** Text and bytes are sent as they are, anything else as JSON; a list of bytes is sent in chunks. */
  readonly body?: unknown;
}

/** A gateway of a spec's own, on a free port and over TLS, in this process. */
export interface GatewayForTest {
  readonly origin: string;
  readonly port: number;
  readonly ca: string;
  readonly process: RunningProcess;
  call(method: string, path: string, call?: Call): Promise<Answer>;
  close(): Promise<void>;
}

type Nats = Pick<GatewayConfig, 'NATS_URL' | 'NATS_NKEY_SEED' | 'NATS_CA' | 'KEY_SET_PUBLIC_KEY' | 'REVOCATION_KEY'>;

/** Where no NATS is; the port is reserved and nobody listens there. */
const NOWHERE: Nats = {
  NATS_URL: 'tls://127.0.0.1:1',
  NATS_NKEY_SEED: `SU${'A'.repeat(56)}`,
  KEY_SET_PUBLIC_KEY: [generateKeyPairSync('ed25519').publicKey],
  REVOCATION_KEY: [Buffer.alloc(32)],
};

export async function gatewayForTest(
  settings: Partial<GatewayConfig> = {},
  nats: Nats = NOWHERE,
): Promise<GatewayForTest> {
  const { ca, certificate, key } = await issueCertificate();
  const port = await getPort({ host: '127.0.0.1' });
  const origin = `https://localhost:${String(port)}`;
  const process = await startGateway({
    ...nats,
    CITADEL_ISSUER: origin,
    CLOCK_TOLERANCE: 5,
    LOG_LEVEL: 'fatal',
    GATEWAY_HOST: '127.0.0.1',
    GATEWAY_PORT: port,
    GATEWAY_TLS_CERT: certificate,
    GATEWAY_TLS_KEY: key,
    CALL_TIMEOUT_MS: 1_000,
    REQUESTS_AT_ONCE: 1_000,
    CONNECTIONS_AT_ONCE: 1_000,
    CORS_ORIGINS: [],
    TRUSTED_PROXIES: [],
    ...settings,
  });

  return {
    origin,
    port,
    ca,
    process,
    call: (method, path, { headers = {}, body } = {}) =>
      new Promise((resolve, reject) => {
        const isJson = body !== undefined && typeof body !== 'string' && !Buffer.isBuffer(body) && !isChunks(body);
        const type = body === undefined ? {} : { 'content-type': 'application/json' };
        const outgoing = request(`${origin}${path}`, { method, ca, agent: false, headers: { ...type, ...headers } });
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
        if (isChunks(body)) for (const chunk of body) outgoing.write(chunk);
        outgoing.end(isJson ? JSON.stringify(body) : isChunks(body) ? undefined : body);
      }),
    close: () => process.close(),
  };
}

const isChunks = (body: unknown): body is readonly Buffer[] =>
  Array.isArray(body) && body.every((chunk) => Buffer.isBuffer(chunk)) && body.length > 0;

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
