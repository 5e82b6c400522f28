import type { ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type { EnvironmentContext, JestEnvironmentConfig } from '@jest/environment';
import type { Circus } from '@jest/types';
import { ModernFakeTimers } from '@jest/fake-timers';
import { TestEnvironment } from 'jest-environment-node';
import { ModuleMocker } from 'jest-mock';

import { rememberState } from './process-state.js';

/** For connections that are closing and processes that are ending: a suite need not wait for the last of them. */
const PATIENCE_MS = 20_000;
const SUITES = tmpdir();
/** In the first process of a run, timers may be Jest's own. */
const IS_WORKER = process.argv[1]?.includes('jest-worker');

/**
 * Fails a suite that leaves something open when it has ended: a process, a server, a connection, or a file in its
 * temporary folder. It is closed here, so that no other suite pays for it and the run can end. Timers are reported and
 * fail nothing: Node.js counts those of the whole process, libraries' among them, and cannot say whose one is.
 */
export default class SuiteEnvironment extends TestEnvironment {
  private readonly suite: string;
  private readonly folder: string;
  private readonly restore: () => void;
  private readonly before: Open;
  private readonly patience: number;

  constructor(config: JestEnvironmentConfig, context: EnvironmentContext) {
    const restore = rememberState();
    const folder = mkdtempSync(path.join(SUITES, 'suite-'));
    // PostgreSQL never runs as root; the user that it then runs as must be able to pass.
    chmodSync(folder, 0o711);
    process.env.TMPDIR = folder;
    super(config, context);
    this.moduleMocker = new ModuleMocker(globalThis);
    this.fakeTimersModern = new ModernFakeTimers({ config: config.projectConfig, global: globalThis });
    // Of its own it has what Jest puts there.
    this.global = globalThis as unknown as typeof this.global;
    this.suite = path.relative(config.globalConfig.rootDir, context.testPath);
    this.folder = folder;
    this.restore = restore;
    this.before = whatIsOpen();
    this.patience = Number(config.projectConfig.testEnvironmentOptions['patience'] ?? PATIENCE_MS);
  }

  async handleTestEvent(event: Circus.Event, state: Circus.State): Promise<void> {
    if (event.name !== 'run_finish') return;
    const left = [...(await this.leftOpen()), ...readdirSync(this.folder).map((name) => `temporary file ${name}`)];
    const timers = IS_WORKER ? whatIsOpen().timers - this.before.timers : 0;
    if (timers > 0) process.stderr.write(`${this.suite} leaves ${String(timers)} timers running\n`);
    if (left.length === 0) return;
    const fault = new Error(`This suite leaves behind: ${left.join(', ')}`);
    // Where this line is says nothing about the suite.
    fault.stack = fault.message;
    state.unhandledErrors.push(fault);
  }

  override async teardown(): Promise<void> {
    await super.teardown();
    this.restore();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async leftOpen(): Promise<string[]> {
    const deadline = Date.now() + this.patience;
    let left = this.opened();
    while (left.length > 0 && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      left = this.opened();
    }
    return left.map(close);
  }

  private opened(): object[] {
    return [...whatIsOpen().handles].filter((handle) => !this.before.handles.has(handle));
  }
}

interface Open {
  readonly handles: ReadonlySet<object>;
  readonly timers: number;
}

/** What keeps this process alive. Node.js counts it for everybody, and shows the things themselves under this name alone. */
function whatIsOpen(): Open {
  const { _getActiveHandles } = process as unknown as { _getActiveHandles(): object[] };
  const standard: object[] = [process.stdin, process.stdout, process.stderr];
  const handles = _getActiveHandles.call(process).filter((handle) => !standard.includes(handle));
  const timers = process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
  return { handles: new Set(handles), timers };
}

/** @returns what it was */
function close(handle: object): string {
  if (isChild(handle)) {
    handle.kill('SIGTERM');
    handle.unref();
    return `process ${String(handle.pid)} (${handle.spawnargs.join(' ')})`;
  }
  if (handle instanceof Server) {
    const address = handle.address();
    handle.close();
    return `server on ${typeof address === 'object' ? `port ${String(address?.port)}` : address}`;
  }
  if (handle instanceof Socket) {
    const peer = `${String(handle.remoteAddress)}:${String(handle.remotePort)}`;
    handle.destroy();
    return handle.remoteAddress ? `connection to ${peer}` : 'pipe';
  }
  return handle.constructor.name;
}

const isChild = (handle: object): handle is ChildProcess => 'spawnargs' in handle;
