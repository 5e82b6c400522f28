import { Backoff } from './backoff.js';
import type { Exit, Launch, Launched } from './launch.js';
import type { LogFile } from './log-file.js';
import { identify, signal, type ProcessIdentity } from './process-identity.js';

/** `EX_CONFIG` of sysexits.h: the process says that starting it again will not help. */
const EXIT_CONFIG = 78;

export interface SupervisorOptions {
  readonly name: string;
  readonly launch: Launch;
  readonly log: LogFile;
  readonly say: (line: string) => void;
  /** Called whenever the process id has changed. */
  readonly onChange: () => void;
  readonly readyWithinMs: number;
  readonly stopWithinMs: number;
  readonly stopSignal?: NodeJS.Signals;
}

/** Keeps one process running: starts it, starts it again when it ends by itself, and ends it when told. */
export class Supervisor {
  private current: Launched | undefined;
  private identity: ProcessIdentity | undefined;
  private isWanted = false;
  private retry: NodeJS.Timeout | undefined;
  private backoff = new Backoff();

  constructor(private readonly options: SupervisorOptions) {}

  get name(): string {
    return this.options.name;
  }

  get process(): ProcessIdentity | undefined {
    return this.identity;
  }

  /** Resolves when the process is ready. @throws Error with its last log lines when it ends or hangs before */
  async start(): Promise<void> {
    if (this.isWanted) return;
    this.isWanted = true;
    this.backoff = new Backoff();
    const launched = await this.launch();
    const outcome = await this.outcomeOf(launched);
    if (outcome === 'ready') {
      this.follow(launched, Date.now());
      return;
    }
    await this.stop();
    // Stopped while it started: whoever stopped it knows.
    const fate =
      outcome === 'timeout' ? `is not ready after ${String(this.options.readyWithinMs / 1000)} s` : ended(outcome);
    throw new Error(`${this.name} ${fate}. ${this.lastWords()}`);
  }

  /** From now on the end of the process is no crash. */
  unwatch(): void {
    this.isWanted = false;
    clearTimeout(this.retry);
  }

  /** Ends the process in order; one that does not end in time is killed. */
  async stop(): Promise<void> {
    this.unwatch();
    const { current, identity } = this;
    if (!current || !identity) return;
    const { stopSignal = 'SIGTERM', stopWithinMs } = this.options;
    signal(identity, stopSignal);
    const kill = setTimeout(() => {
      this.options.say(`${this.name} does not stop within ${String(stopWithinMs / 1000)} s and will be killed`);
      signal(identity, 'SIGKILL');
    }, stopWithinMs);
    await current.exited;
    clearTimeout(kill);
    this.forget(current);
  }

  /** Ends the process at once, as a crash would; it is started again if it was wanted. */
  async kill(): Promise<void> {
    if (!this.current || !this.identity) throw new Error(`${this.name} does not run, so it cannot be killed`);
    signal(this.identity, 'SIGKILL');
    await this.current.exited;
  }

  private async launch(): Promise<Launched> {
    const launched = await this.options.launch();
    this.current = launched;
    this.identity = identify(launched.pid);
    this.options.onChange();
    void launched.exited.then(() => this.forget(launched));
    return launched;
  }

  private forget(launched: Launched): void {
    if (this.current !== launched) return;
    this.current = undefined;
    this.identity = undefined;
    this.options.onChange();
  }

  private follow(launched: Launched, since: number): void {
    void launched.exited.then((exit) => {
      if (this.isWanted) this.startAgain(exit, Date.now() - since);
    });
  }

  private startAgain(exit: Exit, ranMs: number): void {
    const { say } = this.options;
    if (exit.code === EXIT_CONFIG) {
      this.isWanted = false;
      say(
        `${this.name} ${ended(exit)}: its configuration is at fault, so it is not started again. ${this.lastWords()}`,
      );
      return;
    }
    const delay = this.backoff.next(ranMs);
    say(`${this.name} ${ended(exit)}; starting it again in ${String(delay / 1000)} s (log: ${this.options.log.file})`);
    this.retry = setTimeout(() => void this.relaunch(), delay);
  }

  private async relaunch(): Promise<void> {
    const since = Date.now();
    try {
      const launched = await this.launch();
      // Told to stop while the new process was being made.
      if (!this.isWanted) return await this.stop();
      this.follow(launched, since);
      if ((await Promise.race([launched.ready, launched.exited])) === undefined)
        this.options.say(`${this.name} is back`);
    } catch (error) {
      this.options.say(`${this.name} cannot be started: ${error instanceof Error ? error.message : String(error)}`);
      if (this.isWanted) this.startAgain({ code: null, signal: null }, 0);
    }
  }

  private async outcomeOf(launched: Launched): Promise<'ready' | 'timeout' | Exit> {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<'timeout'>((resolve) => {
      timer = setTimeout(() => resolve('timeout'), this.options.readyWithinMs);
    });
    try {
      return await Promise.race([launched.ready.then(() => 'ready' as const), launched.exited, timeout]);
    } catch (error) {
      await this.stop();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  private lastWords(): string {
    const lines = this.options.log.lastLines(15).map((line) => `    ${line.slice(0, 400)}`);
    return [`The end of ${this.options.log.file}:`, ...(lines.length > 0 ? lines : ['    (nothing was written)'])].join(
      '\n',
    );
  }
}

function ended({ code, signal: name }: Exit): string {
  if (name !== null) return `was ended by ${name}`;
  return code === null ? 'did not start' : `ended with status ${String(code)}`;
}
