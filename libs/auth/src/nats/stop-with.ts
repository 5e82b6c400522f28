/** Ends a watch with the signal: at once if that was aborted while the watch was being opened, because it tells only once. */
export function stopWith(signal: AbortSignal, entries: { stop(): void }): void {
  if (signal.aborted) entries.stop();
  else signal.addEventListener('abort', () => entries.stop(), { once: true });
}
