import { fork, spawn, type ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';
import type { ServerAccount } from '@citadel/database';

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Launched {
  readonly pid: number;
  /** Settles when the process can be used; rejects never, because `exited` tells that. */
  readonly ready: Promise<void>;
  readonly exited: Promise<Exit>;
}

export type Launch = () => Promise<Launched>;

/** A service of ours: it says itself when it is ready. */
export async function launchService(
  entry: string,
  env: NodeJS.ProcessEnv,
  output: number,
  nodeFlags: readonly string[] = [],
): Promise<Launched> {
  // A group of its own: Ctrl-C in the terminal must reach us alone, so that the order of stopping is ours.
  const child = fork(entry, [], {
    env,
    execArgv: [...nodeFlags],
    detached: true,
    stdio: ['ignore', output, output, 'ipc'],
  });
  const ready = new Promise<void>((resolve) => {
    child.on('message', (message) => {
      if (message === 'ready') resolve();
    });
  });
  return launched(child, ready, 'SIGTERM');
}

export interface ServerCommand {
  readonly program: string;
  readonly parameters: readonly string[];
  readonly account?: ServerAccount;
  readonly cwd: string;
  readonly output: number;
  /** The signal that ends it in order. */
  readonly stopSignal: NodeJS.Signals;
  isReady(): Promise<boolean>;
}

/** A server that is not ours: it is asked until it answers. */
export async function launchServer(command: ServerCommand): Promise<Launched> {
  const { program, parameters, account = {}, cwd, output } = command;
  const child = spawn(program, parameters, {
    ...account,
    cwd,
    env: serverEnvironment(),
    detached: true,
    stdio: ['ignore', output, output],
  });
  const server = await launched(child, new Promise(() => undefined), command.stopSignal);
  return { ...server, ready: untilReady(command, server.exited) };
}

/** What we know (addresses, passwords) is none of a server's business. */
function serverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, LC_ALL: 'C' };
}

/**
 * Even SIGKILL must not leave processes behind: a shell waits for the end of a pipe that only we hold open. When we are
 * gone it ends the process; when the process is gone we end the shell. A service that is still starting cannot be left
 * to notice by itself that its channel to us broke.
 */
function tieTo(pid: number, stopSignal: NodeJS.Signals): ChildProcess {
  const script = 'while read -r _; do :; done; kill -s "$1" "$2"';
  const lifeline = spawn('/bin/sh', ['-c', script, 'citadel-lifeline', stopSignal.replace('SIG', ''), String(pid)], {
    cwd: '/',
    env: {},
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  lifeline.on('error', () => undefined);
  lifeline.stdin.on('error', () => undefined);
  // Neither may keep us alive once everything else is done.
  lifeline.unref();
  if (lifeline.stdin instanceof Socket) lifeline.stdin.unref();
  return lifeline;
}

async function untilReady(command: ServerCommand, exited: Promise<Exit>): Promise<void> {
  let hasExited = false;
  void exited.then(() => (hasExited = true));
  while (!hasExited && !(await command.isReady())) await new Promise((resolve) => setTimeout(resolve, 25));
  if (hasExited) await new Promise(() => undefined);
}

async function launched(child: ChildProcess, ready: Promise<void>, stopSignal: NodeJS.Signals): Promise<Launched> {
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  // Errors that come later (a signal that could not be sent) show in `exited`.
  child.on('error', () => undefined);
  if (child.pid === undefined) throw new Error('The system started a process without giving its id');
  const lifeline = tieTo(child.pid, stopSignal);
  void exited.then(() => lifeline.kill('SIGKILL'));
  return { pid: child.pid, ready, exited };
}
