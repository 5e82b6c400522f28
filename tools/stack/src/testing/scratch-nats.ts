import { spawn, type ChildProcess } from 'node:child_process';
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { connect, nkeyAuthenticator, type NatsConnection } from '@nats-io/transport-node';
import getPort from 'get-port';

import { renderNatsConfig } from '../nats/nats-config.js';
import { findNatsServer, versionOf } from '../nats/nats-server-binary.js';
import { prepareSecrets } from '../secrets/prepare-secrets.js';
import { forEachOf, NATS_USERS, type NatsUser } from '../service-names.js';
import { cacheFolder } from '../stack-home.js';

/** A real NATS server of one's own, with TLS, the NKeys and the permissions of production. */
export interface ScratchNats {
  /** How a user connects and what it verifies with, in the names of its environment. */
  configOf(user: NatsUser): {
    readonly NATS_URL: string;
    readonly NATS_CA: string;
    readonly NATS_NKEY_SEED: string;
    readonly KEY_SET_PUBLIC_KEY: KeyObject[];
    readonly REVOCATION_KEY: [Buffer];
  };
  /** Signs a key set as the auth service does. */
  readonly keySetKey: KeyObject;
  /** A connection as a user; its opener closes it. */
  connectAs(user: NatsUser): Promise<NatsConnection>;
  /** Ends the server as a crash would; what it stored stays. */
  kill(): Promise<void>;
  /** Stands still, as a machine that swaps: connections stay open and nothing answers. */
  pause(): void;
  resume(): void;
  start(): Promise<void>;
  close(): Promise<void>;
}

/** @example const nats = await scratchNats(); afterAll(() => nats.close()); */
export async function scratchNats(): Promise<ScratchNats> {
  const folder = mkdtempSync(path.join(tmpdir(), 'citadel-nats-'));
  const secrets = await prepareSecrets(path.join(folder, 'secrets'));
  const port = await getPort({ host: '127.0.0.1' });
  const configuration = path.join(folder, 'nats.conf');
  const { certificate, key } = secrets.certificates.nats;
  const { NATS_SERVER_BIN, PATH = '' } = process.env;
  const binary = await findNatsServer({
    given: NATS_SERVER_BIN || undefined,
    searchPath: PATH,
    cacheFolder: cacheFolder(),
    log: () => undefined,
  });
  writeFileSync(
    configuration,
    renderNatsConfig({
      host: '127.0.0.1',
      port,
      version: await versionOf(binary),
      certificate,
      key,
      storeFolder: path.join(folder, 'store'),
      publicKeys: forEachOf(NATS_USERS, (user) => secrets.nkeys[user].publicKey),
    }),
  );
  const ca = readFileSync(secrets.ca, 'utf8');
  let server: ChildProcess | undefined;

  const keySetKey = createPrivateKey(secrets.keys.keySetPrivateKey.text);
  const configOf: ScratchNats['configOf'] = (user) => ({
    KEY_SET_PUBLIC_KEY: [createPublicKey(keySetKey)],
    REVOCATION_KEY: [Buffer.from(secrets.keys.revocationKey.text, 'base64')],
    NATS_URL: `tls://127.0.0.1:${String(port)}`,
    NATS_CA: ca,
    NATS_NKEY_SEED: secrets.nkeys[user].seed.text,
  });
  const connectAs = (user: NatsUser) => {
    const { NATS_URL, NATS_NKEY_SEED } = configOf(user);
    return connect({
      servers: NATS_URL,
      tls: { ca },
      authenticator: nkeyAuthenticator(new TextEncoder().encode(NATS_NKEY_SEED)),
      inboxPrefix: user === 'gateway' ? '_INBOX' : `_INBOX.${user}`,
      name: `test as ${user}`,
      reconnect: false,
    });
  };
  const start = async () => {
    server = spawn(binary, ['--config', configuration], { stdio: 'ignore' });
    // It listens as soon as it can; until then connecting fails at once.
    for (;;) {
      const connection = await connectAs('auth').catch(() => undefined);
      if (connection) return connection.close();
      if (server.exitCode !== null)
        throw new Error(`The scratch NATS server ended: ${binary} --config ${configuration}`);
    }
  };
  const kill = async () => {
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    server.kill('SIGKILL');
    await ended;
  };
  await start();

  return {
    keySetKey,
    configOf,
    connectAs,
    start,
    kill,
    pause: () => void server?.kill('SIGSTOP'),
    resume: () => void server?.kill('SIGCONT'),
    async close() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
