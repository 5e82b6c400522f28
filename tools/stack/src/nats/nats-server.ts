import { connect } from 'node:net';
import path from 'node:path';

import { launchServer, type Launch } from '../processes/launch.js';
import type { LogFile } from '../processes/log-file.js';
import { writePrivateFile } from '../secrets/private-files.js';
import type { Secrets } from '../secrets/prepare-secrets.js';
import { forEachOf, NATS_USERS } from '../service-names.js';
import { renderNatsConfig } from './nats-config.js';
import { versionOf } from './nats-server-binary.js';

export interface NatsServer {
  readonly binary: string;
  readonly folder: string;
  readonly port: number;
}

export function natsLaunch({ binary, folder, port }: NatsServer, secrets: Secrets, log: LogFile): Launch {
  const configuration = path.join(folder, 'nats.conf');
  const { certificate, key } = secrets.certificates.nats;
  const publicKeys = forEachOf(NATS_USERS, (user) => secrets.nkeys[user].publicKey);
  const storeFolder = path.join(folder, 'store');
  return async () => {
    const version = await versionOf(binary);
    writePrivateFile(
      configuration,
      renderNatsConfig({ host: '127.0.0.1', port, certificate, key, storeFolder, publicKeys, version }),
    );
    return launchServer({
      program: binary,
      parameters: ['--config', configuration],
      cwd: folder,
      output: log.open(),
      stopSignal: 'SIGTERM',
      isReady: async () => greets(port),
    });
  };
}

/** A NATS server greets whoever connects with its INFO, before TLS begins. */
async function greets(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, timeout: 1_000 });
    const settle = (isGreeted: boolean) => {
      socket.destroy();
      resolve(isGreeted);
    };
    socket.once('data', (data) => settle(data.toString().startsWith('INFO ')));
    socket.once('error', () => settle(false));
    socket.once('timeout', () => settle(false));
    socket.once('close', () => resolve(false));
  });
}
