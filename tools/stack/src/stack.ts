import { rmSync } from 'node:fs';
import type { ServiceName } from '@citadel/contracts';
import { serverAccount } from '@citadel/database';

import { bringUp } from './bring-up.js';
import { placeFor } from './postgres/postgres-place.js';
import { ProcessGroup } from './processes/process-group.js';
import type { ProcessName, ServerName } from './service-names.js';
import { removeStackFile, writeStackFile, type StackDescription } from './stack-file.js';
import { makeHome, stackHome, type StackHome } from './stack-home.js';

export interface StackOptions {
  /** Folder of its files; CITADEL_HOME or `.citadel/` in the repository if not given. Stacks in two folders run side by side. */
  readonly home?: string;
  /** Whose settings the services inherit, and which may name servers to use; that of this process if not given. */
  readonly environment?: NodeJS.ProcessEnv;
  /** Settings for single services, such as `{ gateway: { CALL_TIMEOUT_MS: '500' } }`. */
  readonly serviceSettings?: Partial<Record<ServiceName, NodeJS.ProcessEnv>>;
  /** Options of Node.js for a service, such as `['--inspect=127.0.0.1:9229']`; none if not given. */
  readonly nodeFlags?: (service: ServiceName) => readonly string[];
  /** Tried first for the gateway (8443 if not given); 0 for any. */
  readonly gatewayPort?: number;
  /** Receives a line for each step and for each crash. */
  readonly say?: (line: string) => void;
}

/** Gateway, auth, treasury and archives, with the NATS and PostgreSQL that they need. */
export class Stack {
  private readonly home: StackHome;
  private readonly say: (line: string) => void;
  private readonly group: ProcessGroup;
  private description: Omit<StackDescription, 'processes'> | undefined;
  private isUp = false;

  constructor(private readonly options: StackOptions = {}) {
    this.home = stackHome(options.home);
    this.say = options.say ?? (() => undefined);
    this.group = new ProcessGroup(this.home, this.say, () => this.publish());
  }

  /** Path of the stack.json, which is there while the stack runs. */
  get file(): string {
    return this.home.stackFile;
  }

  /** What stack.json says at this moment. */
  describe(): StackDescription {
    if (!this.description) throw new Error('The stack has not been started');
    const { gateway, ca, users, nats, databases, migratorDatabases } = this.description;
    return { gateway, ca, users, processes: this.group.processes(), nats, databases, migratorDatabases };
  }

  /** Resolves when everything is ready; when it rejects, nothing of it runs any more. */
  async start(): Promise<void> {
    makeHome(this.home);
    await this.group.take();
    const { environment = process.env, serviceSettings = {}, nodeFlags = () => [], gatewayPort } = this.options;
    try {
      const settings = { environment, serviceSettings, nodeFlags, gatewayPort };
      this.description = await bringUp(this.home, this.group, settings, this.say);
      this.isUp = true;
      this.publish();
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Ends all in order: gateway, services, NATS, PostgreSQL. */
  async stop(): Promise<void> {
    this.withdraw();
    await this.group.stop();
  }

  /** Ends all at once. */
  async force(): Promise<void> {
    this.withdraw();
    await this.group.force();
  }

  /** Ends all in order and deletes everything; the logs stay if they are wanted. */
  async discard({ keepLogs = false } = {}): Promise<void> {
    await this.stop();
    const { folder, isElsewhere } = placeFor(this.home.folder, serverAccount());
    const { secrets, nats, portsFile } = this.home;
    const everything = [secrets, nats, portsFile, isElsewhere ? folder : `${folder}/postgres`];
    for (const place of everything) rmSync(place, { recursive: true, force: true });
    if (!keepLogs) rmSync(this.home.folder, { recursive: true, force: true });
  }

  /** Ends a process as a crash would: it is started again after a while. */
  async kill(name: ProcessName): Promise<void> {
    await this.group.kill(name);
  }

  /** Ends a service in order; it stays away until it is started. */
  async stopService(name: ServiceName): Promise<void> {
    await this.group.stopOne(name);
  }

  async startService(name: ServiceName): Promise<void> {
    await this.group.startOne(name);
  }

  async stopServer(name: ServerName): Promise<void> {
    await this.group.stopOne(name);
  }

  async startServer(name: ServerName): Promise<void> {
    await this.group.startOne(name);
  }

  private publish(): void {
    if (this.isUp) writeStackFile(this.home.stackFile, this.describe());
  }

  private withdraw(): void {
    this.isUp = false;
    removeStackFile(this.home.stackFile);
  }
}

/** Starts a stack and resolves when it is ready. */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const stack = new Stack(options);
  await stack.start();
  return stack;
}
