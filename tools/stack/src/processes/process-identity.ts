import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** A process as it can be found again: ids are given to others once their process has ended, starting times are not. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, as the system counts; with the system's own start, because counting begins again. */
  readonly started: string;
}

const hasProc = existsSync('/proc/self/stat');

export function identify(pid: number): ProcessIdentity | undefined {
  const started = hasProc ? startedByProc(pid) : startedByPs(pid);
  return started === undefined ? undefined : { pid, started };
}

/** Whether this very process runs, not another one that was given its id. */
export function isRunning(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.started === identity.started;
}

/** Sends a signal if the process still is the one that is meant. */
export function signal(identity: ProcessIdentity, name: NodeJS.Signals): boolean {
  if (!isRunning(identity)) return false;
  try {
    return process.kill(identity.pid, name);
  } catch {
    // It ended between the two lines, which is what was wanted.
    return false;
  }
}

/** The command line of a process, if there is one and we may see it. */
export function commandOf(pid: number): string | undefined {
  try {
    if (hasProc) return readFileSync(`/proc/${String(pid)}/cmdline`, 'utf8').replaceAll('\0', ' ');
    return ps(pid, 'command=');
  } catch {
    return undefined;
  }
}

/** Field 22 of stat; the second field may hold spaces and brackets, so counting begins behind the last bracket. */
export function startTimeIn(stat: string): { state: string; startTime: string } | undefined {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state] = fields;
  const startTime = fields[19];
  return state === undefined || startTime === undefined ? undefined : { state, startTime };
}

function startedByProc(pid: number): string | undefined {
  try {
    const found = startTimeIn(readFileSync(`/proc/${String(pid)}/stat`, 'utf8'));
    // A zombie has ended; its parent just has not been told yet.
    if (!found || found.state === 'Z') return undefined;
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${found.startTime}`;
  } catch {
    return undefined;
  }
}

function startedByPs(pid: number): string | undefined {
  try {
    return ps(pid, 'lstart=') || undefined;
  } catch {
    return undefined;
  }
}

function ps(pid: number, column: string): string {
  return execFileSync('ps', ['-o', column, '-p', String(pid)], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
}
