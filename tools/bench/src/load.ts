export interface Load {
  readonly perSecond: number;
  /** Milliseconds that each took. */
  readonly times: readonly number[];
}

/**
 * Does the work again and again, in so many loops at once.
 *
 * @param milliseconds - after which none is begun
 * @param atMost - none is begun when so many are done
 */
export async function underLoad(
  clients: number,
  milliseconds: number,
  work: () => Promise<unknown>,
  atMost = Number.POSITIVE_INFINITY,
): Promise<Load> {
  const times: number[] = [];
  const began = performance.now();
  const client = async () => {
    while (performance.now() - began < milliseconds && times.length < atMost) {
      const sent = performance.now();
      await work();
      times.push(performance.now() - sent);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return { perSecond: times.length / ((performance.now() - began) / 1000), times };
}
