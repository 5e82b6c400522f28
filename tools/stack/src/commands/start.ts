import { Stack } from '../stack.js';
import { welcome } from '../welcome.js';

/** Ctrl-C reaches us from the terminal and a second time from npm, which passes it on: that is one wish, not two. */
const ONE_WISH_MS = 1_000;

type Say = (line: string) => void;

interface Run {
  readonly make: (say: Say) => Stack;
  /** What is to be done once all is ready. */
  readonly ready?: (stack: Stack, say: Say) => Promise<void>;
  readonly beforeStop?: () => Promise<void>;
}

/** `npm start`: resolves to the exit status when the stack has been stopped. */
export async function start(): Promise<number> {
  return runUntilSignal({ make: (say) => new Stack({ say }) });
}

/** Starts a stack and resolves to the exit status when a signal has stopped it. */
export async function runUntilSignal({ make, ready, beforeStop }: Run): Promise<number> {
  const began = Date.now();
  const say = (line: string) => console.log(`[${((Date.now() - began) / 1000).toFixed(1).padStart(5)} s] ${line}`);
  const stack = make(say);
  const stopped = stopOnSignal(stack, say, beforeStop);
  try {
    await stack.start();
  } catch (error) {
    if (stopped.isAskedFor()) return stopped.status;
    throw error;
  }
  say('Everything is ready');
  console.log(welcome(stack.describe()));
  await ready?.(stack, say);
  return stopped.status;
}

function stopOnSignal(stack: Stack, say: Say, beforeStop: Run['beforeStop']) {
  let askedAt: number | undefined;
  const status = new Promise<number>((resolve) => {
    const onSignal = (name: NodeJS.Signals) => {
      if (askedAt === undefined) {
        askedAt = Date.now();
        say(`${name}: stopping gateway, services, NATS and PostgreSQL (once more: at once)`);
        const ending = async () => {
          await beforeStop?.();
          await stack.stop();
        };
        ending().then(
          () => {
            say('Everything is stopped; the data stays');
            resolve(0);
          },
          (error: unknown) => {
            console.error(error);
            resolve(1);
          },
        );
      } else if (Date.now() - askedAt > ONE_WISH_MS) {
        say(`${name} again: ending everything at once`);
        void stack.force().finally(() => process.exit(130));
      }
    };
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, onSignal);
  });
  return { status, isAskedFor: () => askedAt !== undefined };
}
