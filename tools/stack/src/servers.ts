import { postgresBinaries, serverAccount } from '@citadel/database';

import { findNatsServer } from './nats/nats-server-binary.js';
import { natsLaunch } from './nats/nats-server.js';
import { prepareDatabases } from './postgres/databases.js';
import { postgresFolder } from './postgres/postgres-place.js';
import { postgresLaunch } from './postgres/postgres-server.js';
import type { ProcessGroup } from './processes/process-group.js';
import type { Secrets } from './secrets/prepare-secrets.js';
import { cacheFolder, type StackHome } from './stack-home.js';

export interface ServerStart {
  readonly secrets: Secrets;
  readonly port: number;
  readonly say: (line: string) => void;
}

export async function startNats(
  home: StackHome,
  group: ProcessGroup,
  { secrets, port, environment, say }: ServerStart & { readonly environment: NodeJS.ProcessEnv },
): Promise<void> {
  const binary = await findNatsServer({
    given: environment.NATS_SERVER_BIN || undefined,
    searchPath: environment.PATH ?? '',
    cacheFolder: cacheFolder(),
    log: say,
  });
  const server = { binary, folder: home.nats, port };
  await group.add('nats', (log) => natsLaunch(server, secrets, log));
  say(`NATS listens on 127.0.0.1:${String(port)}`);
}

export async function startPostgres(
  home: StackHome,
  group: ProcessGroup,
  { secrets, port, say }: ServerStart,
): Promise<void> {
  const account = serverAccount();
  const folder = postgresFolder(home.folder, account, say);
  const cluster = { account, folder, binaries: postgresBinaries(account, folder, say) };
  await group.add('postgres', (log) => postgresLaunch(cluster, port, secrets, log));
  await prepareDatabases(secrets, port);
  say(`PostgreSQL listens on 127.0.0.1:${String(port)}`);
}
