import type { ProcessName } from '../service-names.js';
import type { StackHome } from '../stack-home.js';
import type { Launch } from './launch.js';
import { LogFile } from './log-file.js';
import { signal } from './process-identity.js';
import { RunFile, type NamedProcess } from './run-file.js';
import { Supervisor } from './supervisor.js';

/** Who waits for whom at the end: the gateway is ended first, then the services together, then what they use. */
const STOPPED_AFTER: Partial<Record<ProcessName, number>> = { gateway: 0, nats: 2, postgres: 3 };
const STOP_ROUNDS = [0, 1, 2, 3];

/** First start of a service on a busy machine, with a margin: nobody waits longer for one that hangs. */
const READY_WITHIN_MS = 60_000;
/** Above the ten seconds that a service takes at most to finish what is under way. */
const STOP_WITHIN_MS = 12_000;

/** The processes of one stack: kept running together, written down in its folder, ended in order. */
export class ProcessGroup {
  private readonly supervisors = new Map<ProcessName, Supervisor>();
  private readonly logs = new Map<string, LogFile>();
  private readonly runFile: RunFile;
  private isStopping = false;

  constructor(
    private readonly home: StackHome,
    private readonly say: (line: string) => void,
    private readonly onChange: () => void,
  ) {
    this.runFile = new RunFile(home.runFile);
  }

  /** Claims the folder. @throws AlreadyRunningError */
  async take(): Promise<void> {
    await this.runFile.take((names) => this.say(`Ended what a former start left behind: ${names.join(', ')}`));
  }

  /** Starts a process and resolves when it is ready; from then on it is started again when it crashes. */
  async add(name: ProcessName, makeLaunch: (log: LogFile) => Launch): Promise<void> {
    if (this.isStopping) throw new Error('The stack is being stopped');
    const log = this.logOf(name);
    const supervisor = new Supervisor({
      name,
      launch: makeLaunch(log),
      log,
      say: this.say,
      onChange: () => this.changed(),
      readyWithinMs: READY_WITHIN_MS,
      stopWithinMs: STOP_WITHIN_MS,
      // PostgreSQL waits for its clients on SIGTERM, and ends their sessions on SIGINT.
      stopSignal: name === 'postgres' ? 'SIGINT' : 'SIGTERM',
    });
    this.supervisors.set(name, supervisor);
    await supervisor.start();
  }

  logOf(name: string): LogFile {
    const log = this.logs.get(name) ?? new LogFile(this.home.logs, name);
    this.logs.set(name, log);
    return log;
  }

  processes(): { name: ProcessName; pid: number }[] {
    return this.running().map(({ name, pid }) => ({ name, pid }));
  }

  async kill(name: ProcessName): Promise<void> {
    await this.supervisorOf(name).kill();
  }

  async stopOne(name: ProcessName): Promise<void> {
    await this.supervisorOf(name).stop();
  }

  async startOne(name: ProcessName): Promise<void> {
    await this.supervisorOf(name).start();
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    for (const supervisor of this.supervisors.values()) supervisor.unwatch();
    for (const round of STOP_ROUNDS) {
      const due = [...this.supervisors].filter(([name]) => (STOPPED_AFTER[name] ?? 1) === round);
      await Promise.all(due.map(async ([, supervisor]) => supervisor.stop()));
    }
    for (const log of this.logs.values()) log.close();
    this.runFile.release();
  }

  async force(): Promise<void> {
    const stopping = this.stop();
    // SIGQUIT ends PostgreSQL at once and takes its children along, which SIGKILL would not.
    for (const one of this.running()) signal(one, one.name === 'postgres' ? 'SIGQUIT' : 'SIGKILL');
    await stopping;
  }

  private changed(): void {
    this.runFile.write(this.running());
    this.onChange();
  }

  private running(): (NamedProcess & { name: ProcessName })[] {
    return [...this.supervisors].flatMap(([name, { process }]) => (process ? [{ name, ...process }] : []));
  }

  private supervisorOf(name: ProcessName): Supervisor {
    const supervisor = this.supervisors.get(name);
    if (!supervisor) throw new Error(`${name} is not run by this stack: a server from outside is used in its place`);
    return supervisor;
  }
}
