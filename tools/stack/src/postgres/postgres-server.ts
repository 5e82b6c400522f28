import pg from 'pg';

import { codeOf } from '../error-code.js';
import { launchServer, type Launch } from '../processes/launch.js';
import type { LogFile } from '../processes/log-file.js';
import type { Secrets } from '../secrets/prepare-secrets.js';
import { prepareCluster, serverParameters, type Cluster } from './cluster.js';
import { adminConnection } from './databases.js';

export function postgresLaunch(cluster: Cluster, port: number, secrets: Secrets, log: LogFile): Launch {
  return async () => {
    await prepareCluster(cluster, secrets);
    return launchServer({
      program: cluster.binaries.postgres,
      parameters: serverParameters(cluster.folder, port),
      account: cluster.account,
      cwd: cluster.folder,
      output: log.open(),
      stopSignal: 'SIGINT',
      isReady: async () => answers(secrets, port),
    });
  };
}

async function answers(secrets: Secrets, port: number): Promise<boolean> {
  const client = new pg.Client(adminConnection(secrets, port));
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT 1');
    return true;
  } catch (error) {
    requireOwnPassword(error);
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Waiting does not help when the data and the secrets are of different stacks. */
function requireOwnPassword(error: unknown): void {
  if (codeOf(error) === '28P01') {
    throw new Error(
      'PostgreSQL refuses the password in .citadel/secrets: its data was made with other secrets. ' +
        'Put the secrets back, or begin again with `npm run stack -- reset`.',
      { cause: error },
    );
  }
}
