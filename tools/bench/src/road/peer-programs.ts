import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';

import type { PeerReady, PeerSettings } from './peers/settings.js';

export interface RunningProgram extends PeerReady {
  readonly pid: number;
}

const READY_WITHIN_MS = 60_000;

/** What is started for the peers: each writes to a log file of its own, and all are ended together. */
export class PeerPrograms {
  private readonly running: { readonly child: ChildProcess; readonly end: () => void }[] = [];

  /**
   * @param folder - where the programs and their packages are
   * @param logs - a folder for their output
   */
  constructor(
    private readonly folder: string,
    private readonly logs: string,
  ) {
    mkdirSync(logs, { recursive: true });
  }

  /** @returns when the program says that it is ready. @throws Error with the end of its log if it never does */
  async start(name: string, program: string, settings: PeerSettings): Promise<RunningProgram> {
    const log = this.openLog(name);
    const child = fork(path.join(this.folder, program), {
      // Nothing of this process's environment is their business, as with our own services.
      env: { PATH: process.env['PATH'], NODE_ENV: 'production', ROAD: JSON.stringify(settings) },
      execArgv: [],
      stdio: ['ignore', log, log, 'ipc'],
    });
    closeSync(log);
    this.running.push({ child, end: () => child.kill('SIGTERM') });
    const ready = await new Promise<PeerReady | undefined>((resolve) => {
      child.once('message', (message) => resolve(message as PeerReady));
      child.once('exit', () => resolve(undefined));
      setTimeout(() => resolve(undefined), READY_WITHIN_MS).unref();
    });
    if (!ready || child.pid === undefined) throw new Error(`${name} does not start: ${this.endOfLog(name)}`);
    return { ...ready, pid: child.pid };
  }

  /** Starts a server that is no program of Node.js. @returns its process, with the server as its child */
  startServer(name: string, command: string, parameters: readonly string[]): { readonly pid: number } {
    const log = this.openLog(name);
    // The shell waits for the end of a pipe that only we hold open, and ends the server also if we were killed.
    const child = spawn('/bin/sh', ['-c', '"$0" "$@" & read -r _; kill "$!"; wait', command, ...parameters], {
      detached: true,
      stdio: ['pipe', log, log],
    });
    closeSync(log);
    this.running.push({ child, end: () => child.stdin?.end() });
    if (child.pid === undefined) throw new Error(`${command} cannot be started`);
    return { pid: child.pid };
  }

  endOfLog(name: string): string {
    return readFileSync(this.fileOf(name), 'utf8').slice(-2_000);
  }

  async stop(): Promise<void> {
    await Promise.all(
      this.running.map(async ({ child, end }) => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        const ended = once(child, 'exit');
        end();
        await ended;
      }),
    );
  }

  private openLog(name: string): number {
    return openSync(this.fileOf(name), 'a');
  }

  private readonly fileOf = (name: string) => path.join(this.logs, `${name}.log`);
}
