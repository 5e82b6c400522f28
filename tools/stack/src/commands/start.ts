import { Stack } from '../stack.js';
import { welcome } from '../welcome.js';

/** Ctrl-C reaches us from the terminal and a second time from npm, which passes it on: that is one wish, not two. */
const ONE_WISH_MS = 1_000;

/** `npm start`: resolves to the exit status when the stack has been stopped. */
export async function start(): Promise<number> {
  const began = Date.now();
  const say = (line: string) => console.log(`[${((Date.now() - began) / 1000).toFixed(1).padStart(5)} s] ${line}`);
  const stack = new Stack({ say });
  const stopped = stopOnSignal(stack, say);
  try {
    await stack.start();
  } catch (error) {
    if (stopped.isAskedFor()) return stopped.status;
    throw error;
  }
  say('Everything is ready');
  console.log(welcome(stack.describe()));
  return stopped.status;
}

function stopOnSignal(stack: Stack, say: (line: string) => void) {
  let askedAt: number | undefined;
  const status = new Promise<number>((resolve) => {
    const onSignal = (name: NodeJS.Signals) => {
      if (askedAt === undefined) {
        askedAt = Date.now();
        say(`${name}: stopping gateway, services, NATS and PostgreSQL (once more: at once)`);
        stack.stop().then(
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
