import { readFileSync } from 'node:fs';
import path from 'node:path';

import { migrate } from '@citadel/database';

import { findNatsServer } from './nats/nats-server-binary.js';
import { natsLaunch } from './nats/nats-server.js';
import {
  outsideDatabases,
  outsideNats,
  requireAdmission,
  type OutsideDatabases,
  type OutsideNats,
} from './outside-servers.js';
import { choosePorts, type Ports } from './ports.js';
import { databaseUrl } from './postgres/database-url.js';
import { prepareDatabases } from './postgres/databases.js';
import { postgresBinaries } from './postgres/postgres-binaries.js';
import { postgresFolder } from './postgres/postgres-place.js';
import { postgresLaunch } from './postgres/postgres-server.js';
import { serverAccount } from './postgres/server-account.js';
import { launchService } from './processes/launch.js';
import { ProcessGroup } from './processes/process-group.js';
import { prepareSecrets, type Secrets } from './secrets/prepare-secrets.js';
import { seed } from './seeding.js';
import { serviceEnvironment, type Addresses } from './service-environment.js';
import { DATABASE_SERVICES, forEachOf, SERVICES, type ServiceName } from './service-names.js';
import { removeStackFile, writeStackFile, type StackDescription } from './stack-file.js';
import { cacheFolder, makeHome, REPOSITORY, stackHome } from './stack-home.js';

export interface StackOptions {
  /** Folder of its files; CITADEL_HOME or `.citadel/` in the repository if not given. Stacks in two folders run side by side. */
  readonly home?: string;
  /** Whose settings the services inherit, and which may name servers to use; the environment of this process if not given. */
  readonly environment?: NodeJS.ProcessEnv;
  /** Settings for single services, such as `{ gateway: { CALL_TIMEOUT_MS: '500' } }`. */
  readonly serviceSettings?: Partial<Record<ServiceName, NodeJS.ProcessEnv>>;
  /** Tried first for the gateway; 0 for any. */
  readonly gatewayPort?: number;
  /** Receives a line for each step and for each crash. */
  readonly say?: (line: string) => void;
}

const PREFERRED_GATEWAY_PORT = 8443;

/** Gateway, auth, treasury and archives, with the NATS and PostgreSQL that they need. */
export class Stack {
  private readonly home;
  private readonly environment: NodeJS.ProcessEnv;
  private readonly say: (line: string) => void;
  private readonly group: ProcessGroup;
  private description: Omit<StackDescription, 'processes'> | undefined;
  private isUp = false;

  constructor(private readonly options: StackOptions = {}) {
    this.home = stackHome(options.home);
    this.environment = options.environment ?? process.env;
    this.say = options.say ?? (() => undefined);
    this.group = new ProcessGroup(this.home, this.say, () => this.publish());
  }

  /** Path of the stack.json, which is there while the stack runs. */
  get file(): string {
    return this.home.stackFile;
  }

  get users(): StackDescription['users'] {
    return this.description?.users ?? [];
  }

  /** What stack.json says at this moment. */
  describe(): StackDescription {
    if (!this.description) throw new Error('The stack has not been started');
    const { gateway, ca, users, nats, databases } = this.description;
    return { gateway, ca, users, processes: this.group.processes(), nats, databases };
  }

  /** Resolves when everything is ready; when it rejects, nothing of it runs any more. */
  async start(): Promise<void> {
    makeHome(this.home);
    await this.group.take();
    try {
      await this.bringUp();
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Ends all in order: gateway, services, NATS, PostgreSQL. */
  async stop(): Promise<void> {
    this.isUp = false;
    removeStackFile(this.home.stackFile);
    await this.group.stop();
  }

  /** Ends all at once. */
  async force(): Promise<void> {
    this.isUp = false;
    removeStackFile(this.home.stackFile);
    await this.group.force();
  }

  /** Ends a process as a crash would: it is started again after a while. */
  kill = (name: Parameters<ProcessGroup['kill']>[0]) => this.group.kill(name);
  /** Ends a service in order; it stays away until it is started. */
  stopService = (name: ServiceName) => this.group.stopOne(name);
  startService = (name: ServiceName) => this.group.startOne(name);
  stopServer = (name: 'nats' | 'postgres') => this.group.stopOne(name);
  startServer = (name: 'nats' | 'postgres') => this.group.startOne(name);

  private async bringUp(): Promise<void> {
    const { folder, portsFile, secrets: secretsFolder } = this.home;
    const secrets = await prepareSecrets(secretsFolder);
    const ports = await choosePorts(portsFile, this.portChoice());
    const ownSeeds = forEachOf(SERVICES, (service) => secrets.nkeys[service].seed.path);
    const nats = outsideNats(this.environment, folder, ownSeeds);
    const databases = outsideDatabases(this.environment, folder);
    const addresses = this.addressesOf(secrets, ports, nats, databases);
    await Promise.all([
      nats ? requireAdmission(nats) : this.startNats(secrets, ports.nats),
      databases ?? this.startPostgres(secrets, ports.postgres),
    ]);
    await this.migrate(addresses);
    this.description = {
      gateway: addresses.issuer,
      ca: secrets.ca,
      users: secrets.users,
      nats: { url: addresses.natsUrl, ca: addresses.natsCa, nkeySeeds: addresses.nkeySeeds },
      databases: addresses.databases,
    };
    await this.startServices(addresses, secrets);
    this.isUp = true;
    this.publish();
  }

  private portChoice() {
    const { GATEWAY_PORT } = this.environment;
    const { gatewayPort = PREFERRED_GATEWAY_PORT } = this.options;
    if (GATEWAY_PORT && this.options.gatewayPort === undefined) return { required: { gateway: Number(GATEWAY_PORT) } };
    return gatewayPort === 0 ? {} : { preferred: { gateway: gatewayPort } };
  }

  private addressesOf(secrets: Secrets, ports: Ports, nats?: OutsideNats, databases?: OutsideDatabases): Addresses {
    return {
      issuer: `https://localhost:${String(ports.gateway)}`,
      gatewayHost: this.environment.GATEWAY_HOST ?? '127.0.0.1',
      gatewayPort: ports.gateway,
      natsUrl: nats?.url ?? `tls://127.0.0.1:${String(ports.nats)}`,
      natsCa: nats?.ca ?? secrets.ca,
      nkeySeeds: nats?.nkeySeeds ?? forEachOf(SERVICES, (service) => secrets.nkeys[service].seed.path),
      databases:
        databases?.urls ??
        forEachOf(DATABASE_SERVICES, (service) => databaseUrl(service, secrets, `127.0.0.1:${String(ports.postgres)}`)),
      databaseCa: databases?.ca ?? secrets.ca,
    };
  }

  private async startNats(secrets: Secrets, port: number): Promise<void> {
    const binary = await findNatsServer({
      given: this.environment.NATS_SERVER_BIN || undefined,
      searchPath: this.environment.PATH ?? '',
      cacheFolder: cacheFolder(),
      log: this.say,
    });
    const server = { binary, folder: this.home.nats, port };
    await this.group.add('nats', (log) => natsLaunch(server, secrets, log));
    this.say(`NATS listens on 127.0.0.1:${String(port)}`);
  }

  private async startPostgres(secrets: Secrets, port: number): Promise<void> {
    const account = serverAccount();
    const folder = postgresFolder(this.home.folder, account, this.say);
    const cluster = { account, folder, binaries: postgresBinaries(account, folder, this.say) };
    await this.group.add('postgres', (log) => postgresLaunch(cluster, port, secrets, log));
    await prepareDatabases(secrets, port);
    this.say(`PostgreSQL listens on 127.0.0.1:${String(port)}`);
  }

  private async migrate({ databases, databaseCa }: Addresses): Promise<void> {
    const ca = readFileSync(databaseCa, 'utf8');
    const log = this.say;
    await Promise.all(DATABASE_SERVICES.map(async (service) => migrate({ service, url: databases[service], ca, log })));
    this.say('The databases are migrated');
  }

  private async startServices(addresses: Addresses, secrets: Secrets): Promise<void> {
    const start = async (service: ServiceName) => {
      const entry = path.join(REPOSITORY, 'apps', service, 'dist/main.js');
      const env = {
        ...serviceEnvironment(service, this.environment, addresses, secrets),
        ...this.options.serviceSettings?.[service],
      };
      await this.group.add(service, (log) => async () => launchService(entry, env, log.open()));
      this.say(`${service} is ready`);
    };
    const seedEnv = {
      ...serviceEnvironment('auth', this.environment, addresses, secrets),
      SEED_USERS_FILE: secrets.usersFile,
    };
    const seedEntry = path.join(REPOSITORY, 'apps/auth/dist/seed.js');
    // Auth makes the buckets that all the others read; seeding needs nothing but its database.
    await Promise.all([start('auth'), seed(seedEntry, seedEnv, this.group.logOf('seed'))]);
    await Promise.all(SERVICES.filter((service) => service !== 'auth').map(start));
  }

  private publish(): void {
    if (this.isUp) writeStackFile(this.home.stackFile, this.describe());
  }
}

/** Starts a stack and resolves when it is ready. */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const stack = new Stack(options);
  await stack.start();
  return stack;
}
