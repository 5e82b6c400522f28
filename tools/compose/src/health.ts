import { readFileSync } from 'node:fs';
import { get } from 'node:https';

import { connect, nkeyAuthenticator } from '@nats-io/transport-node';

const PATIENCE_MS = 4_000;

/**
 * Asks the process of this container whether it can do its work: status 0 if it can.
 *
 *   health.js https://localhost:8443/health/ready
 *   health.js nats:treasury.health.ready            with the service's own NKey, which may ask no other service
 */
async function isReady(question: URL): Promise<boolean> {
  return question.protocol === 'nats:' ? isServiceReady(question.pathname) : isGatewayReady(question);
}

async function isServiceReady(subject: string): Promise<boolean> {
  const [service = ''] = subject.split('.');
  const connection = await connect({
    servers: setting('NATS_URL'),
    name: `${service} health`,
    authenticator: nkeyAuthenticator(new TextEncoder().encode(fileOf('NATS_NKEY_SEED'))),
    tls: { ca: fileOf('NATS_CA') },
    inboxPrefix: `_INBOX.${service}`,
    reconnect: false,
    timeout: PATIENCE_MS,
  });
  try {
    const packet = JSON.stringify({ pattern: subject, data: {}, id: 'health' });
    const answer = await connection.request(subject, packet, { timeout: PATIENCE_MS });
    const reply = answer.json<{ response?: { ready?: boolean } }>();
    return reply.response?.ready === true;
  } finally {
    await connection.close();
  }
}

function isGatewayReady(url: URL): Promise<boolean> {
  return new Promise((resolve, reject) => {
    get(url, { ca: fileOf('NATS_CA'), timeout: PATIENCE_MS }, (answer) => resolve(answer.statusCode === 200))
      .on('timeout', () => reject(new Error(`${url.href} did not answer in ${PATIENCE_MS} ms`)))
      .on('error', reject);
  });
}

function fileOf(name: string): string {
  return readFileSync(setting(`${name}_FILE`), 'utf8').trim();
}

function setting(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set; this check runs in a container of docker-compose.yml`);
  return value;
}

const [question] = process.argv.slice(2);
try {
  process.exitCode = question && (await isReady(new URL(question))) ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
process.exit();
