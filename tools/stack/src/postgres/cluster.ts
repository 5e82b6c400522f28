import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, copyFileSync, chmodSync, existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import type { PostgresBinaries, ServerAccount } from '@citadel/database';

import { readIfThere, readSecret } from '../secrets/private-files.js';
import { retirePredecessor } from '../secrets/rotate-secrets.js';
import { DATABASE_ADMIN_PASSWORD } from '../secrets/secret-table.js';
import { scramVerifier } from './scram-verifier.js';
import type { Secrets } from '../secrets/prepare-secrets.js';
import { commandOf } from '../processes/process-identity.js';
import { ADMIN } from './databases.js';

const run = promisify(execFile);

/** Over TLS, with a password, from this machine, and each login to its own database: a migrator is a member of the service's role. */
const HOST_BASED_ACCESS = `# Written by @citadel/stack at every start; changes here are lost.
hostssl all      ${ADMIN} 127.0.0.1/32 scram-sha-256
hostssl samerole all           127.0.0.1/32 scram-sha-256
`;

export interface Cluster {
  readonly binaries: PostgresBinaries;
  readonly account: ServerAccount;
  /** PostgreSQL's folder; the cluster is in `data` below it. */
  readonly folder: string;
}

/** Initialises a cluster where there is none, and writes what must be current at every start. */
export async function prepareCluster(cluster: Cluster, secrets: Secrets): Promise<void> {
  const data = path.join(cluster.folder, 'data');
  if (!existsSync(path.join(data, 'PG_VERSION'))) await initialise(cluster, data, secrets);
  const own = (name: string) => giveAway(path.join(data, name), cluster.account);
  writeFileSync(path.join(data, 'pg_hba.conf'), HOST_BASED_ACCESS, { mode: 0o600 });
  own('pg_hba.conf');
  // The server insists on a key file of its own user.
  for (const [name, source] of [
    ['server.pem', secrets.certificates.postgres.certificate],
    ['server.key', secrets.certificates.postgres.key],
  ] as const) {
    copyFileSync(source, path.join(data, name));
    chmodSync(path.join(data, name), 0o600);
    own(name);
  }
  forgetStalePid(data);
  await changeAdminPassword(cluster, data, secrets);
}

/** After a rotation, while no server runs: to log in and change it, one would need the password that is to go. */
async function changeAdminPassword(
  { binaries, account, folder }: Cluster,
  data: string,
  secrets: Secrets,
): Promise<void> {
  const { path: file, text } = secrets.databaseAdminPassword;
  if (!readSecret(`${file}.previous`)) return;
  const server = spawn(binaries.postgres, ['--single', '-D', data, 'postgres'], {
    ...account,
    cwd: folder,
    env: { PATH: process.env.PATH, LC_ALL: 'C' },
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  server.stdin.end(`ALTER ROLE ${ADMIN} PASSWORD '${scramVerifier(text)}'\n`);
  const [code] = (await once(server, 'exit')) as [number | null];
  if (code !== 0)
    throw new Error(`PostgreSQL ended with status ${String(code)} while its administrator got a new password`);
  retirePredecessor(secrets.folder, DATABASE_ADMIN_PASSWORD);
}

/** The programs' parameters for a running server. */
export function serverParameters(folder: string, port: number): string[] {
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    // No socket: its folder would be one more way in.
    unix_socket_directories: '',
    ssl: 'on',
    ssl_cert_file: 'server.pem',
    ssl_key_file: 'server.key',
    ssl_min_protocol_version: 'TLSv1.2',
    password_encryption: 'scram-sha-256',
    shared_buffers: '64MB',
    cluster_name: 'citadel',
    // Statements of ours carry values as parameters; without this a failing one would show them in the log.
    log_parameter_max_length_on_error: '0',
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return ['-D', path.join(folder, 'data'), ...flags];
}

async function initialise({ binaries, account, folder }: Cluster, data: string, secrets: Secrets): Promise<void> {
  // An initialisation that was broken off leaves no folder named `data`.
  const draft = path.join(folder, 'data.new');
  const passwordFile = path.join(folder, 'admin.password.new');
  rmSync(draft, { recursive: true, force: true });
  rmSync(passwordFile, { force: true });
  writeFileSync(passwordFile, secrets.databaseAdminPassword.text, { mode: 0o600, flag: 'wx' });
  giveAway(passwordFile, account);
  try {
    await run(
      binaries.initdb,
      // The built-in locale does not depend on what this machine has installed.
      [
        `--pgdata=${draft}`,
        `--username=${ADMIN}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--no-locale',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--data-checksums',
      ],
      { ...account, cwd: folder, env: { ...process.env, LC_ALL: 'C' }, timeout: 60_000 },
    );
    renameSync(draft, data);
  } catch (error) {
    const output = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error);
    throw new Error(`PostgreSQL's initdb fails in ${folder}: ${output}`, { cause: error });
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

/** After a crash the server assumes that whoever has its old process id now is itself, and refuses to start. */
function forgetStalePid(data: string): void {
  const file = path.join(data, 'postmaster.pid');
  const pid = Number(readIfThere(file)?.split('\n')[0]);
  if (pid > 0 && !commandOf(pid)?.includes(data)) rmSync(file, { force: true });
}

function giveAway(file: string, { uid, gid }: ServerAccount): void {
  if (uid !== undefined && gid !== undefined) chownSync(file, uid, gid);
}
