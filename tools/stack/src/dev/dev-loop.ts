import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { SERVICE_NAMES, type ServiceName } from '@citadel/contracts';
import { type FSWatcher, watch } from 'chokidar';

import type { Stack } from '../stack.js';
import { REPOSITORY } from '../stack-home.js';
import { compile, isBuilt } from './compile.js';

/** A checkout of another branch changes many files: they are one change. */
const QUIET_MS = 50;

/** The services that load a source file: its own, or all of them when it is a library's. */
export function servicesOf(file: string): readonly ServiceName[] {
  const [kind, name] = file.split('/');
  if (kind === 'libs') return SERVICE_NAMES;
  return SERVICE_NAMES.filter((service) => service === name);
}

/** Watches the sources of apps and libraries; compiles what changes, and restarts the services that load it. */
export class DevLoop {
  private readonly changed = new Set<string>();
  private readonly watcher: FSWatcher;
  private work: Promise<void> = Promise.resolve();
  private isClosed = false;

  constructor(
    private readonly stack: Pick<Stack, 'stopService' | 'startService'>,
    private readonly say: (line: string) => void,
    private readonly root = REPOSITORY,
  ) {
    const ignored = /(?:^|[\\/])(?:node_modules|dist|generated)(?:[\\/]|$)/;
    this.watcher = watch(['apps', 'libs', 'prisma'], { cwd: root, ignoreInitial: true, ignored });
  }

  /** Resolves when changes are seen. */
  async start(): Promise<void> {
    for (const event of ['add', 'change'] as const) this.watcher.on(event, (file) => this.note(file));
    await new Promise<void>((resolve) => this.watcher.once('ready', () => resolve()));
  }

  /** Ends the watch, and waits for a restart that has begun. */
  async close(): Promise<void> {
    this.isClosed = true;
    await this.watcher.close();
    await this.work;
  }

  private note(file: string): void {
    const name = file.split(path.sep).join('/');
    if (name.startsWith('prisma/') && /\.(?:prisma|sql)$/.test(name)) {
      this.say(`${name} changed. A client and a database are made at the start: stop, and run \`npm run dev\` again`);
    }
    if (!isBuilt(name)) return;
    this.changed.add(name);
    this.work = this.work.then(async () => this.takeUp());
  }

  private async takeUp(): Promise<void> {
    if (this.changed.size > 0) await wait(QUIET_MS);
    const files = [...this.changed];
    this.changed.clear();
    if (files.length === 0 || this.isClosed) return;
    const began = Date.now();
    const faults = files.flatMap((file) => compile(file, this.root));
    if (faults.length > 0) return faults.forEach(this.say);
    const services = SERVICE_NAMES.filter((service) => files.some((file) => servicesOf(file).includes(service)));
    const restarts = await Promise.all(services.map(async (service) => this.restart(service)));
    const seconds = ((Date.now() - began) / 1000).toFixed(1);
    const cause = files.length === 1 ? String(files[0]) : `${String(files.length)} files`;
    if (restarts.every(Boolean)) this.say(`Restarted ${services.join(', ')} in ${seconds} s: ${cause}`);
  }

  private async restart(service: ServiceName): Promise<boolean> {
    try {
      await this.stack.stopService(service);
      if (!this.isClosed) await this.stack.startService(service);
      return true;
    } catch (error) {
      const [what] = String(error instanceof Error ? error.message : error).split('\n');
      this.say(`${String(what)} It is started again at the next change.`);
      return false;
    }
  }
}
