import { inspect } from 'node:util';

type Colour = 'gray' | 'yellow' | 'redBright' | 'cyan' | 'magenta' | 'green' | 'blue';

const LEVELS: Readonly<Record<string, Colour>> = {
  fatal: 'redBright',
  error: 'redBright',
  warn: 'yellow',
  debug: 'gray',
  trace: 'gray',
};
const PROCESSES: readonly Colour[] = ['cyan', 'magenta', 'green', 'blue'];
const BELOW = ' '.repeat(23);

/**
 * Makes the lines of one process's log readable: `19:07:18.925 treasury  Ready context=Process`, and an error's stack
 * below. A line that is not ours, such as a crash of Node.js, stays as it is.
 *
 * @param process whose log it is
 * @param index of the process among all, for its colour
 * @param hasColours whether the terminal shows any
 */
export function logView(process: string, index: number, hasColours: boolean): (line: string) => string {
  const paint = (colour: Colour | undefined, text: string) => (hasColours && colour ? painted(colour, text) : text);
  const name = paint(PROCESSES[index % PROCESSES.length], process.padEnd(9));

  return (line) => {
    const record = recordIn(line);
    if (!record) return `${' '.repeat(12)} ${name} ${line}`;
    const { level, time, service: _, msg, error, stack, ...details } = record;
    const pairs = Object.entries(details).map(([key, value]) => paint('gray', `${key}=${short(value)}`));
    const first = [
      paint('gray', String(time).slice(11, 23)),
      name,
      paint(LEVELS[String(level)], String(msg)),
      ...pairs,
    ];
    return [first.join(' '), ...stacksOf(error), ...indented(stack)].join('\n');
  };
}

// util.styleText decides by the standard output whether it does anything, and not in every version that we run on.
function painted(colour: Colour, text: string): string {
  const [begin, end] = inspect.colors[colour] ?? [0, 0];
  return `\u001B[${String(begin)}m${text}\u001B[${String(end)}m`;
}

function recordIn(line: string): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(line);
    return typeof parsed === 'object' && parsed !== null && 'msg' in parsed ? { ...parsed } : undefined;
  } catch {
    return undefined;
  }
}

function short(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The stack of an error as the logger describes it, then that of what caused it. */
function stacksOf(error: unknown): string[] {
  if (typeof error !== 'object' || error === null) return [];
  const { stack, message, cause }: { stack?: unknown; message?: unknown; cause?: unknown } = error;
  return [...indented(stack ?? message), ...stacksOf(cause)];
}

function indented(text: unknown): string[] {
  return typeof text === 'string' ? text.split('\n').map((line) => BELOW + line) : [];
}
