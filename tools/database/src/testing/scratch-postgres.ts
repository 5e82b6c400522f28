import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { connectionOf } from '@citadel/platform/database';
import pg from 'pg';
import getPort from 'get-port';

import { migratorOf, prepareServiceDatabase, type ServiceDatabase } from '../service-database.js';
import { issueCertificate } from './certificate.js';
import { PostgresProcess } from './postgres-process.js';
import { scratchFolder } from './scratch-folder.js';

// Nothing here has to survive a power cut; a killed server keeps what it committed even so.
const SETTINGS = Object.entries({
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  ssl: 'on',
  ssl_cert_file: 'server.crt',
  ssl_key_file: 'server.key',
  fsync: 'off',
  full_page_writes: 'off',
  max_connections: '200',
}).flatMap(([name, value]) => ['-c', `${name}=${value}`]);

/** A real PostgreSQL of one's own: TLS only, on a free port, gone with all its data when it is closed. */
export interface ScratchPostgres {
  /** The authority of its certificate, PEM. */
  readonly ca: string;
  /** Makes an empty database with a login that owns it, and nothing else. */
  createDatabase(): Promise<string>;
  /** Makes an empty database as production has it: a login for the service, which owns nothing, and one to migrate with. */
  createServiceDatabase(): Promise<{ readonly name: string; readonly url: string; readonly migratorUrl: string }>;
  /** Makes a database of that name as production has it, or brings it up to date. */
  prepare(database: ServiceDatabase): Promise<void>;
  /** Where the superuser connects to a database. */
  superuserUrl(database: string): string;
  /** Runs SQL as the superuser. */
  query(sql: string): Promise<pg.QueryResult<Record<string, unknown>>>;
  /** Stops the server as an administrator would; its clients are told. */
  stop(): Promise<void>;
  /** Ends the server without a word to anyone. */
  kill(): Promise<void>;
  /** Starts it again where it was. */
  start(): Promise<void>;
  close(): Promise<void>;
}

/** @example const server = await scratchPostgres(); afterAll(() => server.close()); */
export async function scratchPostgres(): Promise<ScratchPostgres> {
  const folder = await scratchFolder();
  const password = randomBytes(18).toString('base64url');
  const port = await getPort({ host: '127.0.0.1' });
  const server = new PostgresProcess(folder);
  const start = () => server.start(['-p', String(port), ...SETTINGS]);

  await server.initialise(password);
  const { ca, certificate, key } = await issueCertificate();
  await server.write('server.crt', certificate);
  await server.write('server.key', key);
  await server.write('pg_hba.conf', 'hostssl all all 127.0.0.1/32 scram-sha-256\n');
  await start();

  const superuserUrl = (database: string) => `postgresql://postgres:${password}@127.0.0.1:${String(port)}/${database}`;
  const admin = connectionOf(superuserUrl('postgres'), ca);
  const query = (sql: string) => runAt(superuserUrl('postgres'), ca, sql);
  return {
    ca,
    superuserUrl,
    query,
    start,
    stop: () => server.end('SIGINT'),
    kill: () => server.end('SIGKILL'),
    async createDatabase() {
      const name = `scratch_${randomBytes(6).toString('hex')}`;
      await query(`CREATE ROLE ${name} LOGIN PASSWORD '${name}'`);
      await query(`CREATE DATABASE ${name} OWNER ${name}`);
      return `postgresql://${name}:${name}@127.0.0.1:${String(port)}/${name}`;
    },
    prepare: (database) => prepareServiceDatabase(admin, database),
    async createServiceDatabase() {
      const name = `scratch_${randomBytes(6).toString('hex')}`;
      await prepareServiceDatabase(admin, { name, passwords: { service: name, migrator: name } });
      const urlOf = (login: string) => `postgresql://${login}:${name}@127.0.0.1:${String(port)}/${name}`;
      return { name, url: urlOf(name), migratorUrl: urlOf(migratorOf(name)) };
    },
    async close() {
      await server.end('SIGINT');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Runs SQL over a connection of its own. */
export async function runAt(url: string, ca: string, sql: string): Promise<pg.QueryResult<Record<string, unknown>>> {
  const client = new pg.Client(connectionOf(url, ca));
  await client.connect();
  return client.query<Record<string, unknown>>(sql).finally(() => client.end());
}
