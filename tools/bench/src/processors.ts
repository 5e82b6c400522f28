import { existsSync, readdirSync, readFileSync } from 'node:fs';

export interface Processes {
  readonly processes: readonly { readonly name: string; readonly pid: number }[];
}

/** Microseconds in one tick of the kernel's accounting, on every Linux that Node.js runs on (proc(5), `sysconf(_SC_CLK_TCK)`). */
const TICK = 10_000;

/**
 * Processor time that each process of a stack has used since it began, with its children (PostgreSQL has one for each
 * connection), in microseconds. From `/proc`, so on Linux alone.
 *
 * @throws Error elsewhere
 */
export function processorTime({ processes }: Processes): Map<string, number> {
  if (!existsSync('/proc/self/stat'))
    throw new Error('Processor time is read from /proc, which is there on Linux alone');
  const all = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? (statOf(name) ?? []) : []));
  const treeOf = (pid: number): number => {
    const own = all.find((one) => one.pid === pid)?.ticks ?? 0;
    return all.filter(({ parent }) => parent === pid).reduce((sum, child) => sum + treeOf(child.pid), own);
  };
  return new Map(processes.map(({ name, pid }) => [name, treeOf(pid) * TICK]));
}

/** Memory of a process that is in RAM, in megabytes; unknown where there is no `/proc`, or no such process. */
export function memoryOf(pid: number): number | undefined {
  try {
    const [, kilobytes] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8')) ?? [];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
  } catch {
    return undefined;
  }
}

/** Of `/proc/<pid>/stat`: the name of a process stands in parentheses and may hold any character. */
function statOf(name: string): { pid: number; parent: number; ticks: number } | undefined {
  try {
    const text = readFileSync(`/proc/${name}/stat`, 'utf8');
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = fields.slice(11, 15);
    return { pid: Number(name), parent: fields[1] ?? 0, ticks: user + system + endedUser + endedSystem };
  } catch {
    // It ended meanwhile.
    return undefined;
  }
}
