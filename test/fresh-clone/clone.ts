import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type { StackDescription } from '@citadel/stack';

const ROOT = path.resolve(import.meta.dirname, '../..');
const MEANT_FOR_IT = ['PATH', 'HOME', 'XDG_CACHE_HOME', 'NATS_SERVER_BIN', 'npm_config_cache', 'npm_config_userconfig'];

// The pipe closes when this process ends, however that comes about, and what it started ends with it.
const TIED = '{ cat <&3 >/dev/null; kill -TERM 0; } >/dev/null 2>&1 & ';

/** What a newcomer has in a terminal: nothing of Jest, nor of the npm that runs it. Packages come from npm's cache. */
export const environment: NodeJS.ProcessEnv = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => MEANT_FOR_IT.includes(name))),
  npm_config_prefer_offline: 'true',
  npm_config_update_notifier: 'false',
};

export interface Outcome {
  readonly status: number | null;
  readonly output: string;
}

/** What was committed, in a folder of its own with a space in its name, and the stack that runs in it. */
export class Clone {
  readonly folder = path.join(mkdtempSync(path.join(tmpdir(), 'citadel-fresh-')), 'My Citadel');
  private started: ChildProcess | undefined;
  private output = '';

  constructor() {
    execFileSync('git', ['clone', '--quiet', ROOT, this.folder]);
  }

  /** Until it says that all is ready. @throws Error with what it said, if it ends instead */
  async start(command = 'npm start'): Promise<string> {
    this.output = '';
    // A group of its own, as a terminal gives it: Ctrl-C goes to all of it.
    const child = spawn('sh', ['-c', TIED + command], {
      cwd: this.folder,
      env: environment,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    });
    this.started = child;
    return new Promise((resolve, reject) => {
      const onData = (chunk: Buffer) => {
        this.output += chunk.toString();
        if (this.output.includes('Ctrl-C stops everything')) resolve(this.output);
      };
      child.stdout?.on('data', onData);
      child.stderr?.on('data', onData);
      child.once('error', reject);
      // Until the pipe is closed, its reader keeps the streams open.
      child.once('exit', () => child.stdio[3]?.destroy());
      child.once('close', () => reject(new Error(`${command} ended:\n${this.output.slice(-2_000)}`)));
    });
  }

  edit(file: string, before: string, after: string): void {
    const place = path.join(this.folder, file);
    const text = readFileSync(place, 'utf8');
    if (!text.includes(before)) throw new Error(`${file} does not hold ${before}`);
    writeFileSync(place, text.replace(before, after));
  }

  /** Waits until what was started has said something. */
  async said(pattern: RegExp): Promise<string> {
    const deadline = Date.now() + 60_000;
    while (!pattern.test(this.output)) {
      if (Date.now() > deadline) throw new Error(`${String(pattern)} was not said:\n${this.output.slice(-2_000)}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return this.output;
  }

  /** Ctrl-C. @returns all that it said */
  async interrupt(): Promise<string> {
    const child = this.started;
    if (!child?.pid || child.exitCode !== null || child.signalCode !== null) return this.output;
    const closed = new Promise((resolve) => child.once('close', resolve));
    process.kill(-child.pid, 'SIGINT');
    await closed;
    return this.output;
  }

  describe(): StackDescription {
    // Written by the stack; its shape is the type's.
    return JSON.parse(readFileSync(path.join(this.folder, '.citadel/stack.json'), 'utf8')) as StackDescription;
  }

  /** Runs a command in it to its end. */
  run(program: string, parameters: readonly string[]): Promise<Outcome> {
    const child = spawn(program, parameters, { cwd: this.folder, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (status) => resolve({ status, output }));
    });
  }

  async remove(): Promise<void> {
    await this.interrupt();
    // PostgreSQL's data may be elsewhere; the command knows where.
    await this.run('npm', ['run', '-s', 'stack', 'reset']);
    rmSync(path.dirname(this.folder), { recursive: true, force: true });
  }
}

/** The ports on which a stack listens. */
export function portsOf({ gateway, nats, databases }: StackDescription): number[] {
  return [gateway, nats.url, ...Object.values(databases)].map((url) => Number(new URL(url).port));
}

export function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

/** Processes whose command line names the folder, or that are of the list. */
export function processesOf(folder: string, pids: readonly number[]): string[] {
  const lines = execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' }).split('\n');
  return lines.filter((line) => line.includes(folder) || pids.includes(Number.parseInt(line, 10)));
}
