import { pino } from 'pino';

/** Bytes of lines that are written at once, and milliseconds that fewer may wait for more. */
const BATCH_BYTES = 4 * 1024;
const WAIT_MS = 100;

export type LogDestination = ReturnType<typeof pino.destination>;

/**
 * Where log lines go: collected in memory and written beside the work, so that no request waits for a slow reader. What
 * waits is bounded; lines beyond it are dropped and counted. A process that ends in order, or by an error, writes what is
 * left; after an error perhaps not in order. `kill -9` takes the last 100 ms of lines with it.
 *
 * @param onDropped - called with the number of lines that were dropped, once there is room again
 * @param atMost - bytes that may wait
 */
export function standardOutput(onDropped: (lines: number) => void, atMost = 4 * 1024 * 1024): LogDestination {
  const destination = pino.destination({
    fd: 1,
    sync: false,
    minLength: BATCH_BYTES,
    periodicFlush: WAIT_MS,
    maxLength: atMost,
  });
  let dropped = 0;
  destination.on('drop', () => (dropped += 1));
  destination.on('drain', () => {
    if (dropped === 0) return;
    const lines = dropped;
    dropped = 0;
    onDropped(lines);
  });
  return destination;
}
