import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

import { codeOf } from '../error-code.js';
import { readIfThere, writePrivateFile } from '../secrets/private-files.js';
import { identify, isRunning, signal, type ProcessIdentity } from './process-identity.js';

export interface NamedProcess extends ProcessIdentity {
  readonly name: string;
}

export interface RunState {
  /** Whoever started the stack and watches it. */
  readonly owner: ProcessIdentity;
  readonly processes: readonly NamedProcess[];
}

/** Who runs the stack of a folder, and as which processes: so that there is one at a time and nothing is left behind. */
export class RunFile {
  constructor(private readonly file: string) {}

  read(): RunState | undefined {
    const text = readIfThere(this.file);
    // Written by this class alone.
    return text === undefined ? undefined : (JSON.parse(text) as RunState);
  }

  /** The state of a stack whose owner is alive. */
  readRunning(): RunState | undefined {
    const state = this.read();
    return state && isRunning(state.owner) ? state : undefined;
  }

  /** Takes the folder for this process, after ending what a dead owner left. @throws Error if a stack runs here */
  async take(onSwept: (names: string[]) => void = () => undefined): Promise<void> {
    const owner = identify(process.pid);
    if (!owner) throw new Error('Cannot find out when a process started: neither /proc nor ps works here');
    const draft = `${this.file}.${String(process.pid)}`;
    writeFileSync(draft, JSON.stringify({ owner, processes: [] } satisfies RunState), { mode: 0o600 });
    try {
      while (!this.claim(draft)) {
        const swept = await this.clearDead();
        if (swept.length > 0) onSwept(swept);
      }
    } finally {
      rmSync(draft, { force: true });
    }
  }

  write(processes: readonly NamedProcess[]): void {
    const state = this.read();
    if (state?.owner.pid === process.pid)
      writePrivateFile(this.file, JSON.stringify({ owner: state.owner, processes }));
  }

  release(): void {
    if (this.read()?.owner.pid === process.pid) rmSync(this.file, { force: true });
  }

  /** Gives up the folder on behalf of an owner that has ended. */
  discard(): void {
    if (!this.readRunning()) rmSync(this.file, { force: true });
  }

  /** Ends processes that a dead owner left behind. @returns their names */
  async sweep(): Promise<string[]> {
    const state = this.read();
    if (!state || isRunning(state.owner)) return [];
    return endAll(state.processes);
  }

  /** A hard link is made by one process only, however many try at the same moment. */
  private claim(draft: string): boolean {
    try {
      linkSync(draft, this.file);
      return true;
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return false;
      throw error;
    }
  }

  private async clearDead(): Promise<string[]> {
    const state = this.readRunning();
    if (state) throw new AlreadyRunningError(state.owner.pid);
    const swept = await this.sweep();
    // Moved aside first: between looking and deleting, another start may have taken the folder.
    const aside = `${this.file}.stale.${String(process.pid)}`;
    try {
      renameSync(this.file, aside);
    } catch {
      // Somebody else was quicker; whether the folder is free now shows at the next try.
      return swept;
    }
    const moved = JSON.parse(readFileSync(aside, 'utf8')) as RunState;
    if (isRunning(moved.owner)) {
      this.claim(aside);
      rmSync(aside, { force: true });
      throw new AlreadyRunningError(moved.owner.pid);
    }
    rmSync(aside, { force: true });
    return swept;
  }
}

export class AlreadyRunningError extends Error {
  constructor(readonly pid: number) {
    super(
      `A stack runs here already (process ${String(pid)}). \`npm run stack -- status\` shows it, ` +
        '`npm run stack -- stop` stops it; CITADEL_HOME=<other folder> starts another one beside it.',
    );
    this.name = 'AlreadyRunningError';
  }
}

const PATIENCE_MS = 8_000;

/** Ends processes in order, then by force. @returns the names of those that were still running */
export async function endAll(processes: readonly NamedProcess[]): Promise<string[]> {
  const alive = processes.filter(isRunning);
  // PostgreSQL waits for its clients on SIGTERM, and ends their sessions on SIGINT.
  for (const one of alive) signal(one, one.name === 'postgres' ? 'SIGINT' : 'SIGTERM');
  const deadline = Date.now() + PATIENCE_MS;
  while (alive.some(isRunning) && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 50));
  for (const one of alive) signal(one, 'SIGKILL');
  return alive.map(({ name }) => name);
}
