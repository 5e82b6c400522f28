import { type ChildProcess, fork } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import path from 'node:path';

import { ownsDatabase, SERVICE_NAMES } from '@citadel/contracts';
import { issueCertificate } from '@citadel/database/testing';
import getPort from 'get-port';

const ROOT = path.resolve(import.meta.dirname, '..');

interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly complained: string;
  readonly wasReady: boolean;
}

interface Started {
  readonly child: ChildProcess;
  /** What it has written on standard output so far. */
  output(): string;
  readonly ended: Promise<Ended>;
}

/** Starts a process of ours with this environment and nothing else. */
function start(service: string, environment: Readonly<Record<string, string>>): Started {
  const child = fork(path.join(ROOT, 'apps', service, 'dist/main.js'), { env: environment, stdio: 'pipe' });
  let output = '';
  let complained = '';
  let wasReady = false;
  child.stdout?.on('data', (data: Buffer) => (output += data.toString()));
  child.stderr?.on('data', (data: Buffer) => (complained += data.toString()));
  child.on('message', (message) => (wasReady ||= message === 'ready'));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, output, complained, wasReady }));
  return { child, output: () => output, ended };
}

/** Right in every way, but nobody is there. */
async function lonely(): Promise<Record<string, string>> {
  const { ca, certificate, key } = await issueCertificate();
  const secret = Buffer.alloc(32, 1).toString('base64');
  const keySet = generateKeyPairSync('ed25519', {
    privateKeyEncoding: { format: 'pem', type: 'pkcs8' },
    publicKeyEncoding: { format: 'pem', type: 'spki' },
  });
  return {
    NATS_URL: 'tls://127.0.0.1:1',
    NATS_CA: ca,
    NATS_NKEY_SEED: 'SUAK7T7TRNCYVGHIUDYYE2L2C5Y5QSFWNIRSRIQ7XSRS5FNCMN2AWRWYCA',
    CITADEL_ISSUER: 'https://localhost:8443',
    DATABASE_URL: 'postgresql://me:hunter2@127.0.0.1:1/nothing',
    DATABASE_CA: ca,
    AUTH_KEY_ENCRYPTION_KEY: secret,
    AUTH_REFRESH_TOKEN_KEY: secret,
    AUTH_PUBLISHER_NKEY_SEED: 'SUAK7T7TRNCYVGHIUDYYE2L2C5Y5QSFWNIRSRIQ7XSRS5FNCMN2AWRWYCA',
    AUTH_KEY_SET_PRIVATE_KEY: keySet.privateKey,
    KEY_SET_PUBLIC_KEY: keySet.publicKey,
    REVOCATION_KEY: secret,
    GATEWAY_PORT: String(await getPort({ host: '127.0.0.1' })),
    GATEWAY_TLS_CERT: certificate,
    GATEWAY_TLS_KEY: key,
  };
}

describe.each(SERVICE_NAMES)('%s', (service) => {
  it('without its configuration says all that is missing, never a value, and that starting again is in vain', async () => {
    const { code, complained, output, wasReady } = await start(service, { NATS_URL: 'hunter2', LOG_LEVEL: 'hunter2' })
      .ended;
    expect([code, wasReady, output]).toEqual([78, false, '']);
    const database = ownsDatabase(service) ? ['DATABASE_URL', 'DATABASE_CA'] : [];
    const own = {
      gateway: ['GATEWAY_TLS_CERT', 'GATEWAY_TLS_KEY'],
      auth: [
        'AUTH_KEY_ENCRYPTION_KEY',
        'AUTH_REFRESH_TOKEN_KEY',
        'AUTH_KEY_SET_PRIVATE_KEY',
        'AUTH_PUBLISHER_NKEY_SEED',
      ],
    };
    const names = [
      'NATS_NKEY_SEED',
      'KEY_SET_PUBLIC_KEY',
      'REVOCATION_KEY',
      'CITADEL_ISSUER',
      ...database,
      ...(service in own ? own[service as keyof typeof own] : []),
    ];
    for (const name of names) expect(complained).toContain(`${name} is missing; set it, or ${name}_FILE`);
    expect(complained).toMatch(/NATS_URL: must be a NATS address/);
    expect(complained).not.toMatch(/hunter2|\n {4}at /);
  });

  it('waits while nothing that it needs is there, logs JSON alone, and stops in order', async () => {
    const { child, output, ended } = start(service, await lonely());
    while (!output().includes('NATS cannot be reached') && child.exitCode === null) {
      await Promise.race([once(child.stdout ?? child, 'data'), ended]);
    }
    child.kill('SIGTERM');
    const { code, complained, wasReady } = await ended;
    expect([code, complained, wasReady]).toEqual([0, '', false]);
    const lines = output()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(new Set(lines.map((line) => line['service']))).toEqual(new Set([service]));
    expect(output()).not.toContain('hunter2');
  });
});
