const FIRST_DELAY_MS = 100;
const LAST_DELAY_MS = 5_000;

/** Waits, or returns early when the signal aborts. @param milliseconds - how long */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const timer = setTimeout(finish, milliseconds);
    signal.addEventListener('abort', finish);
  });
}

/** Tries until it succeeds or the signal aborts, with growing pauses. Each failure is told to `onFailure`. */
export async function persist(
  attempt: () => Promise<void>,
  onFailure: (error: unknown, delay: number) => void,
  signal: AbortSignal,
): Promise<void> {
  for (let delay = FIRST_DELAY_MS; !signal.aborted; delay = Math.min(delay * 2, LAST_DELAY_MS)) {
    try {
      await attempt();
      return;
    } catch (error) {
      if (signal.aborted) return;
      onFailure(error, delay);
      await pause(delay, signal);
    }
  }
}
